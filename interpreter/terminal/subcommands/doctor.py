"""`interpreter doctor`: is everything there that is needed, and if not, what is to be done."""

import os
from argparse import ArgumentParser
from dataclasses import asdict
from typing import TYPE_CHECKING

from interpreter.flags import new_parser

if TYPE_CHECKING:
    from interpreter.terminal.subcommands.finding import Finding

DESCRIPTION = "Look at what the program needs: the Python that code runs in, kernels, the model, its folders."
EXITS = "exit codes: 0 nothing fails; 1 something does; 2 wrong usage"


def run(argv: list[str]) -> int:
    """Show what the checks find; returns 1 when something fails. Raises UsageFault for words that do not fit."""
    given = doctor_parser().parse_args(argv)
    from interpreter.configuration import survey
    from interpreter.terminal.subcommands import table
    from interpreter.terminal.subcommands.checks import findings

    # What is wrong with a file or a variable is a finding, and keeps nobody from the others.
    settings = survey(os.environ, {"python": given.python, "model": given.model}, "flag").settings
    found = list(findings(settings, os.environ))
    print(table.as_json([asdict(each) for each in found]) if given.json else table.as_table(_rows(found)))
    return 1 if any(each.level == "fail" for each in found) else 0


def doctor_parser() -> ArgumentParser:
    """The flags of `interpreter doctor`."""
    parser = new_parser("interpreter doctor", DESCRIPTION, EXITS)
    parser.add_argument("--json", action="store_true", help="one JSON list, for programs")
    parser.add_argument("--python", metavar="PATH", help="the Python, or the environment, that code runs in")
    parser.add_argument("-m", "--model", help="the model to look at")
    return parser


def _rows(found: "list[Finding]") -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    for each in found:
        rows.append((each.level, each.name, each.text))
        rows.extend(("", "", line) for line in each.hint.splitlines())
    return rows
