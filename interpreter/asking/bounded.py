"""A bound on what one reply may bring, whoever sends it."""

from collections.abc import Iterator
from contextlib import closing

from interpreter.core.closable import closable
from interpreter.core.errors import ModelFailed
from interpreter.core.ports import CodeDelta, Delta, ReasoningDelta, TextDelta

MOST = 1_000_000
"""Characters: twice the longest reply that any provider allows, 128,000 tokens."""


def bounded(deltas: Iterator[Delta], most: int = MOST) -> Iterator[Delta]:
    """The same deltas; raises ModelFailed, and ends the request, where a reply does not come to its end."""
    count = 0
    with closing(closable(deltas)) as stream:
        for delta in stream:
            if isinstance(delta, TextDelta | ReasoningDelta | CodeDelta):
                count += len(delta.text)
            if count > most:
                raise ModelFailed(
                    f"The reply was broken off after {most:,} characters.",
                    "Ask for less at a time, or set a limit with --max-output-tokens.",
                )
            yield delta
