"""The agent's own peak of memory, without its kernel, against the bare loop's."""

from collections.abc import Iterator
from statistics import median

from tests.bench.figure import Figure
from tests.bench.job import ONE_BLOCK
from tests.bench.measure import Cost, alternately
from tests.bench.programs import Bench


def memory(bench: Bench, flood: int = 50) -> Iterator[Figure]:
    """After one block with little output, and after one with `flood` MB of it."""
    for what, model, most in (("one-shot job", ONE_BLOCK, None), (f"{flood} MB of output", f"flood-{flood}", 200)):
        ours, floor = alternately(
            bench.runs, lambda model=model: bench.ours(model), lambda model=model: bench.bare(model)
        )
        if any(cost.peak for cost in ours):
            yield Figure(f"{what}: peak memory", _peak(ours), _peak(floor), "MB", most=most)
        if most:
            yield Figure(f"{what}: wall", median(c.wall for c in ours), median(c.wall for c in floor), "s")


def _peak(costs: list[Cost]) -> float:
    return median(cost.peak for cost in costs if cost.peak)
