"""What lies between the end of a reply and the next request, as the server sees it, against the bare loop."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.figure import Figure
from tests.bench.measure import Cost, alternately
from tests.bench.programs import Bench


@dataclass(frozen=True, slots=True)
class Session:
    """One process: the seconds between its steps, and its peak of memory in MB."""

    gaps: list[float]
    peak: float | None


def gaps(bench: Bench, steps: int = 60) -> Iterator[Figure]:
    """The usual gap between two steps: with nothing kept and no state card, as the floor has it, and as it is."""
    ours, floor = _sessions(bench, bench.runs, f"steps-{steps}-20", "--no-state-card", "--private")
    yield Figure(
        f"gap between two of {steps} steps, nothing kept, state card off",
        _usual(ours),
        _usual(floor),
        "ms",
        most_ratio=1.3,
    )
    ours, floor = _sessions(bench, bench.runs, f"steps-{steps}-20")
    yield Figure(f"gap between two of {steps} steps", _usual(ours), _usual(floor), "ms", most=60)


def many_steps(bench: Bench, steps: int = 200, edge: int = 20) -> Iterator[Figure]:
    """Whether steps get slower, and memory larger, as the conversation grows by 2 KB a step.

    The floor of each program is its own beginning: its first gaps, its peak in a session that ends after them.
    """
    short, long = _sessions(bench, 1, f"steps-{edge}-2048"), _sessions(bench, bench.runs, f"steps-{steps}-2048")
    for name, most, brief, whole in (("", 1.1, short[0], long[0]), (" (bare loop)", None, short[1], long[1])):
        first, last = _usual(whole, slice(edge)), _usual(whole, slice(-edge, None))
        yield Figure(f"last {edge} of {steps} gaps, against the first{name}", last, first, "ms", most_ratio=most)
        if peak := _peak(whole):
            yield Figure(f"memory of {steps} steps, against {edge}{name}", peak, _peak(brief), "MB")


def _sessions(bench: Bench, runs: int, model: str, *flags: str) -> tuple[list[Session], list[Session]]:
    return alternately(
        runs,
        lambda: _session(bench, lambda: bench.ours(model, *flags)),
        lambda: _session(bench, lambda: bench.bare(model)),
    )


def _session(bench: Bench, run: Callable[[], Cost]) -> Session:
    bench.gaps()  # whatever else was measured before is not of this session
    cost = run()
    return Session(bench.gaps()[1:], cost.peak)  # the first one waits for the kernel


def _usual(sessions: Sequence[Session], part: slice = slice(None)) -> float:
    """Milliseconds of the median gap: on a busy machine some are ten times as long."""
    return 1000 * median(gap for session in sessions for gap in session.gaps[part])


def _peak(sessions: Sequence[Session]) -> float | None:
    peaks = [session.peak for session in sessions if session.peak]
    return median(peaks) if peaks else None
