"""Whether a long turn in a small window stays as large, and each of its steps as quick, as it was at first."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from interpreter.core.reading import BYTES_PER_TOKEN
from tests.bench.figure import Figure
from tests.bench.programs import Bench
from tests.bench.server import Exchange

WINDOW = 8_192


def long_turn(bench: Bench, steps: int = 1_000, edge: int = 100) -> Iterator[Figure]:
    """So many steps with 400 bytes of output each; the first `edge` are compared with the last.

    The floor of each figure is the turn's own beginning, after it has first been told in short.
    """
    bench.server.exchanges()
    bench.ours(f"long-{steps}-400", "--context-window", str(WINDOW))
    exchanges = bench.server.exchanges()
    sizes = [each.told / BYTES_PER_TOKEN for each in exchanges]
    yield Figure(
        f"the largest of {len(exchanges)} requests in a window of {WINDOW}", max(sizes), None, "tokens", most=WINDOW
    )
    early, late = exchanges[edge : 2 * edge], exchanges[-edge:]
    yield Figure(f"requests of the last {edge} steps", _size(late), _size(early), "tokens", most_ratio=1.3)
    yield Figure(f"gaps of the last {edge} steps", _gap(late), _gap(early), "ms", most_ratio=1.3)


def _size(exchanges: Sequence[Exchange]) -> float:
    return median(each.told / BYTES_PER_TOKEN for each in exchanges)


def _gap(exchanges: Sequence[Exchange]) -> float:
    return 1000 * median(later.arrived - earlier.answered for earlier, later in pairwise(exchanges))
