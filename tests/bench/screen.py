"""A long reply on a terminal, in many small pieces, against the same reply in one."""

from collections.abc import Iterator
from statistics import median

from tests.bench.figure import Figure
from tests.bench.measure import alternately
from tests.bench.programs import Bench


def prose(bench: Bench, characters: int = 20_000, piece: int = 4) -> Iterator[Figure]:
    """What the pieces cost above one piece, and what reaches the terminal."""
    ours, floor = alternately(
        bench.runs,
        lambda: bench.ours(f"prose-{characters}-{piece}", in_terminal=True),
        lambda: bench.ours(f"prose-{characters}-{characters}", in_terminal=True),
    )
    above = median(cost.cpu for cost in ours) - median(cost.cpu for cost in floor)
    what = f"{characters:,} characters by {piece} on a terminal"
    yield Figure(f"{what}: cpu above one piece", above, None, "s", most=1)
    written, at_once = (median(cost.written for cost in costs) / 1000 for costs in (ours, floor))
    yield Figure(f"{what}: written", written, at_once, "KB", most=3 * characters / 1000)
