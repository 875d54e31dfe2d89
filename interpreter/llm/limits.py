"""How long a model may stay silent."""

from collections.abc import Callable, Generator, Iterator
from time import monotonic

from interpreter.core.errors import ModelFailed
from interpreter.core.ports import Delta, Idle


def within_limits(
    deltas: Iterator[Delta], first_token: float, gap: float, clock: Callable[[], float] = monotonic
) -> Generator[Delta, None, None]:
    """The same deltas; raises `ModelFailed` after `first_token` seconds before the first, `gap` after a later one.

    `deltas` must yield `Idle` while nothing comes: that is when the clock is read.
    """
    has_begun, since = False, clock()
    for delta in deltas:
        yield delta
        if not isinstance(delta, Idle):
            has_begun, since = True, clock()
        elif clock() - since >= (gap if has_begun else first_token):
            raise (
                _too_slow(gap, "stopped in the middle of its answer for", "--gap-timeout SECONDS")
                if has_begun
                else _too_slow(first_token, "did not begin to answer within", "--first-token-timeout SECONDS")
            )


def _too_slow(seconds: float, what: str, flag: str) -> ModelFailed:
    return ModelFailed(
        f"The model {what} {seconds:g} seconds.",
        f"If it needs longer, as a large model that is being loaded may, allow it: {flag}. Else look at its server.",
    )
