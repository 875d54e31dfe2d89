"""How soon the program is there, against an empty Python program."""

import sys
from collections.abc import Iterator
from statistics import median

from tests.bench.figure import Figure
from tests.bench.measure import alternately
from tests.bench.programs import COMMAND, MODULE, NOTHING, Bench


def version_and_help(bench: Bench) -> Iterator[Figure]:
    """`--version` and `--help`, as the installed command and as a module."""
    for flag in ("--version", "--help"):
        yield from _against_nothing(bench, f"interpreter {flag}", (COMMAND, flag), 3)
        yield from _against_nothing(bench, f"python -m interpreter {flag}", (*MODULE, flag), 3)


def imports(bench: Bench) -> Iterator[Figure]:
    """The package alone, and with its library."""
    yield from _against_nothing(bench, "import interpreter", (sys.executable, "-c", "import interpreter"), 4)
    library = (sys.executable, "-c", "from interpreter import OpenInterpreter")
    yield from _against_nothing(bench, "from interpreter import OpenInterpreter", library, None)


def _against_nothing(bench: Bench, what: str, argv: tuple[str, ...], most: float | None) -> Iterator[Figure]:
    ours, floor = alternately(bench.runs, lambda: bench.run(*argv), lambda: bench.run(*NOTHING))
    for name in ("wall", "cpu"):
        ours_ms, floor_ms = (1000 * median(getattr(cost, name) for cost in costs) for costs in (ours, floor))
        yield Figure(f"{what}: {name}", ours_ms, floor_ms, "ms", most_ratio=most)
