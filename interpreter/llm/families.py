"""Which of a provider's many models are worth a line: of each family the newest, without what is not for talking."""

import re
from collections.abc import Callable, Iterable
from datetime import date

_DATE = re.compile(r"[-@.](?:20\d{6}|20\d\d-\d\d-\d\d|0\d{3}|1[0-2]\d\d|\d{2}-20\d{2}|\d{2}-\d{4})(?=$|[-:])")
_VERSION = re.compile(r"(?<![a-z0-9.])v?(\d+(?:\.\d+)*)(?:o|p)?(?![a-z0-9.])")
_SIZE = re.compile(r"^(?:\d+x)?\d+(?:\.\d+)?[bkmt]$")

_OTHER_TRADES = re.compile(
    r"audio|realtime|tts|transcribe|search|image|vision-preview|guard|robotics|computer-use|ft:|deep-research|lyria|"
    r"embed|voxtral|omni|learnlm|-exp|experimental|beta|preview|preset|up-to|fim|diarize|translate|moderation",
    re.IGNORECASE,
)
"""What is in the names of models for other trades, and of those that may be gone tomorrow."""


def family_of(name: str) -> tuple[str, tuple[float, ...]]:
    """The family that a name is of, and its version: `claude-sonnet-4-5` is version (4, 5) of `claude-sonnet`.

    Sizes (`120b`) belong to the family; `latest` is newer than any number; the day of a snapshot counts for nothing.
    """
    words, version = [], []
    for word in re.split(r"[-_:@]", _DATE.sub("", name.rpartition("/")[2].lower())):
        match = re.fullmatch(r"([a-z]*?)v?(\d+(?:\.\d+)*)([op]?)", word)
        if word == "latest":
            version.append(float("inf"))
        elif match and not _SIZE.match(word) and (match[1] != "o" or match[3]):
            words.append(match[1])
            version += [float(part) for part in match[2].split(".")]
        else:
            words.append(word)
    return "-".join(word for word in words if word), tuple(version)


def useful(
    names: Iterable[str], usual: str, today: date, ends: Callable[[str], date | None], most: int
) -> tuple[str, ...]:
    """At most so many of a provider's models: the usual one, then the newest of each family, newest versions first.

    `ends` tells the day from which a model is no more.
    """
    newest: dict[str, tuple[tuple[float, ...], int, str]] = {}
    for name in names:
        if _OTHER_TRADES.search(name) or ((end := ends(name)) is not None and end <= today):
            continue
        family, version = family_of(name)
        # Of two names for one version, the shorter is the one without a day.
        newest[family] = max(newest.get(family, ((), -1000, "")), (version, -len(name), name))
    others = (name for _, _, name in sorted(newest.values(), key=_rank) if name != usual)
    return (*([usual] if usual else []), *others)[:most]


def _rank(model: tuple[tuple[float, ...], int, str]) -> tuple[bool, list[float], int, str]:
    """High numbers first; what is only `latest`, or has no number, after them: it does not say what it is."""
    version, length, name = model
    numbers = [-part for part in version if part != float("inf")]
    return not numbers, [*numbers, 0], -length, name
