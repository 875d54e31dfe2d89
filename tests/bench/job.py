"""A one-shot job with one block, against the bare loop."""

from collections.abc import Iterator
from statistics import median

from tests.bench.figure import Figure
from tests.bench.measure import alternately
from tests.bench.programs import Bench

ONE_BLOCK = "steps-1-20"


def one_shot(bench: Bench) -> Iterator[Figure]:
    """The whole process: start, two requests, one execution, end."""
    ours, floor = alternately(bench.runs, lambda: bench.ours(ONE_BLOCK), lambda: bench.bare(ONE_BLOCK))
    for name in ("wall", "cpu"):
        ours_s, floor_s = (median(getattr(cost, name) for cost in costs) for costs in (ours, floor))
        yield Figure(f"one-shot job: {name}", ours_s, floor_s, "s", most_ratio=1.8)
