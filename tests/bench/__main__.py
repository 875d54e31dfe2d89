"""`python -m tests.bench [NAME ...] [--runs N] [--json FILE]`: run the benches and print a table."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.bench.box import boxed
from tests.bench.card import cards
from tests.bench.context import long_turn
from tests.bench.figure import Figure, table
from tests.bench.flood import flood
from tests.bench.job import one_shot
from tests.bench.memory import memory
from tests.bench.programs import Bench, bench
from tests.bench.prompt import first_prompt
from tests.bench.provider import one_question
from tests.bench.remote import round_trips
from tests.bench.resume import folder_states, resumed
from tests.bench.screen import prose
from tests.bench.sessions import kept, search
from tests.bench.start import imports, version_and_help
from tests.bench.steps import gaps, many_steps

BENCHES: dict[str, tuple[Callable[[Bench], Iterator[Figure]], int]] = {
    "start": (version_and_help, 15),
    "import": (imports, 15),
    "prompt": (first_prompt, 7),
    "job": (one_shot, 7),
    "provider": (one_question, 5),
    "gap": (gaps, 3),
    "steps": (many_steps, 4),
    "context": (long_turn, 1),
    "card": (cards, 3),
    "memory": (memory, 3),
    "flood": (flood, 3),
    "screen": (prose, 5),
    "resume": (resumed, 5),
    "files": (folder_states, 15),
    "remote": (round_trips, 5),
    "box": (boxed, 7),
    "sessions": (search, 7),
    "keep": (kept, 1),
}
"""Each with the runs that make its median steady on a busy machine."""


def main(argv: Sequence[str]) -> int:
    """Run the benches named, or all; 1 when a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure, each against a floor.")
    parser.add_argument("name", nargs="*", help=f"one of {', '.join(BENCHES)}; without it, all")
    parser.add_argument("--runs", type=int, help="measured runs of each")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    given = parser.parse_args(argv)
    if unknown := set(given.name) - set(BENCHES):
        parser.error(f"there is no bench {', '.join(sorted(unknown))}")
    figures = []
    for name in given.name or BENCHES:
        run, usual = BENCHES[name]
        print(f"{name} …", file=sys.stderr, flush=True)
        with bench(given.runs or usual) as place:
            figures += run(place)
    print(table(figures))
    if given.json:
        given.json.write_text(json.dumps([figure.record for figure in figures], indent=1))
    return 0 if all(figure.is_met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
