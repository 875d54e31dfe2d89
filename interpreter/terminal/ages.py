"""How long ago something was, in words."""

import time

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0


def ago(then: float, now: float) -> str:
    """A moment as people say it; both in seconds since 1970."""
    past = now - then
    if past < MINUTE:
        return "just now" if past > -MINUTE else _date(then)
    if past < HOUR:
        return f"{int(past / MINUTE)} min ago"
    if _day(then) == _day(now):
        return f"{int(past / HOUR)} h ago"
    if _day(then) == _day(now - DAY):
        return f"yesterday, {time.strftime('%H:%M', time.localtime(then))}"
    return f"{max(2, round(past / DAY))} days ago" if past < 7 * DAY else _date(then)


def moment(then: float) -> str:
    """A moment in ISO 8601, in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(then))


def _day(moment: float) -> tuple[int, int]:
    local = time.localtime(moment)
    return local.tm_year, local.tm_yday


def _date(moment: float) -> str:
    return time.strftime("%d %b %Y", time.localtime(moment)).lstrip("0")
