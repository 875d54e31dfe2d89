"""What a turn took, in one line: steps, time, tokens, cost, and how full the model's context is."""

from collections.abc import Sequence

from interpreter.core.ports import Usage
from interpreter.terminal.tally import Tally
from interpreter.terminal.wrapped import columns

BETWEEN = " · "


def turn_parts(tally: Tally, window: int | None) -> list[str]:
    """The parts of the line, the least important last; empty for a turn in which no model answered.

    `window` is the tokens that the model can see, None where that is not known.
    """
    if not (tally.turn.input_tokens or tally.turn.output_tokens):
        return []
    steps = [f"{tally.turn_steps} steps"] if tally.turn_steps > 1 else []
    parts = [*steps, in_time(tally.turn_seconds), in_tokens(tally.turn), in_dollars(tally.turn_cost, tally.turn)]
    return [part for part in [*parts, context_used(tally.context, window)] if part]


def fitted(parts: Sequence[str], room: int) -> str:
    """The parts in a line of so many columns; those that do not fit are left out from the end, never the first."""
    kept = list(parts[:1])
    for part in parts[1:]:
        if columns(BETWEEN.join([*kept, part])) <= room:
            kept.append(part)
    return BETWEEN.join(kept)


def in_time(seconds: float) -> str:
    """`0.4 s`, `14 s`, `2 min 5 s`, `1 h 2 min`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, left = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {left} s" if minutes else f"{left} s"
    return f"{minutes // 60} h {minutes % 60} min"


def in_tokens(usage: Usage) -> str:
    """Tokens in and out, with a `~` before what is an estimate."""
    about = "~" if usage.estimated else ""
    cached = f" ({about}{usage.cached_tokens:,} cached)" if usage.cached_tokens else ""
    return f"{about}{usage.input_tokens:,} in{cached}, {about}{usage.output_tokens:,} out"


def in_dollars(cost: float | None, usage: Usage) -> str:
    """Dollars with two digits that count; empty for what costs nothing, or nobody knows what."""
    if not cost:
        return ""
    about = "~" if usage.estimated else ""
    if cost < 0.0001:
        return f"{about}$0.0001" if about else "<$0.0001"
    return f"{about}${cost:.4f}" if cost < 0.1 else f"{about}${cost:.2f}"


def context_used(used: Usage, window: int | None) -> str:
    """How full the context is after the last reply: in percent of the window, else in tokens."""
    tokens = used.input_tokens + used.output_tokens
    if not tokens:
        return ""
    about = "~" if used.estimated else ""
    return f"context {about}{percent(tokens, window)}" if window else f"context {about}{tokens:,} tokens"


def percent(tokens: int, window: int) -> str:
    """A part of a window, in whole percent."""
    part = 100 * tokens / window
    return f"{part:.0f} %" if part >= 0.5 else "<1 %"
