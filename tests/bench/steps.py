"""What lies between the end of a reply and the next request, as the server sees it, against the bare loop."""

from collections.abc import Callable, Iterator
from statistics import mean, median

from tests.bench.figure import Figure
from tests.bench.measure import Cost, alternately
from tests.bench.programs import Bench

EDGE = 20
"""How many of the first and of the last gaps are compared."""


def gaps(bench: Bench, steps: int = 60) -> Iterator[Figure]:
    """The usual gap; the first is left out, since it waits for the kernel."""
    model = f"steps-{steps}-20"
    ours, floor = alternately(
        bench.runs, lambda: _session(bench, bench.ours, model), lambda: _session(bench, bench.bare, model)
    )
    ours_ms, floor_ms = (1000 * median(gap for session in sessions for gap in session) for sessions in (ours, floor))
    yield Figure(f"gap between two of {steps} steps", ours_ms, floor_ms, "ms", most_ratio=2)


def many_steps(bench: Bench, steps: int = 200, edge: int = EDGE) -> Iterator[Figure]:
    """Whether steps get slower as the conversation grows, and how memory grows with it."""
    few, many = f"steps-{edge}-2048", f"steps-{steps}-2048"
    bench.exchanges()
    peaks = [run(model).peak for run in (bench.ours, bench.bare) for model in (few,)]
    bench.exchanges()
    for name, run, first_peak in (("", bench.ours, peaks[0]), (" (bare loop)", bench.bare, peaks[1])):
        cost = run(many)
        taken = bench.gaps()[1:]
        goal = None if name else 1.1
        first, last = (1000 * mean(part) for part in (taken[:edge], taken[-edge:]))
        what = f"last {edge} of {steps} gaps against the first{name}"
        yield Figure(what, last, first, "ms", most_ratio=goal)
        if cost.peak and first_peak:
            yield Figure(f"memory: {steps} steps against {edge}{name}", cost.peak, first_peak, "MB")


def _session(bench: Bench, run: Callable[[str], Cost], model: str) -> list[float]:
    bench.exchanges()
    run(model)
    return bench.gaps()[1:]
