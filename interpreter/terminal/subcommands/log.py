"""`interpreter log`: what ran, when, by whose leave, in which box, and how it ended."""

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import TYPE_CHECKING

from interpreter.flags import LATEST, UsageFault, new_parser

if TYPE_CHECKING:
    from interpreter.storage.record import Ran

LISTS = "List what ran: each block with the moment, who approved it, the box, and how it ended; the newest last."
WORDS = """APPROVED BY is person (a key pressed for this block, or “for the turn”), auto-run (nobody was asked), a rule,
approver (a program's own), or direct (typed, run again, or called by a program). A RESULT of “no end” runs still, or
its program ended before it did. What ran with --private is not among them.

exit codes: 0 listed; 1 the record cannot be read; 2 wrong usage, or a session of which nothing ran"""
MOST = 20
"""Runs that are listed unless another number is given."""
LINE = 60
"""Characters that are shown of a block."""
NOTHING = "Nothing has run yet."


def run(argv: list[str]) -> int:
    """List what ran; raises UsageFault for words that do not fit, InterpreterError for what cannot be read."""
    given = log_parser().parse_args(argv)
    most = _number(given.number)
    from interpreter.storage.paths import find_paths
    from interpreter.storage.record import RecordFile
    from interpreter.terminal.subcommands import table

    file = RecordFile(find_paths(os.environ).record)
    runs, damaged = file.runs()
    if given.session is not None:
        runs = _of_session(given.session, runs)
    shown = runs[max(0, len(runs) - most) :]
    if given.json:
        from dataclasses import asdict

        print(table.as_json([asdict(each) for each in shown]))
    else:
        print(table.as_table(_rows(shown)) if shown else NOTHING)
    return _tell_damage(damaged, f"{file.path}")


def log_parser() -> ArgumentParser:
    """The flags of `interpreter log`."""
    parser = new_parser("interpreter log", LISTS, WORDS)
    parser.add_argument("-n", "--number", metavar="N", default=str(MOST), help=f"how many (default: the last {MOST})")
    parser.add_argument("--session", metavar="NAME", help="of one session alone: a part of its name, or latest")
    parser.add_argument("--json", action="store_true", help="one JSON list, with whole blocks and their SHA-256")
    return parser


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise UsageFault(f"-n takes a number from 1 on, not {text}")
    return int(text)


def _of_session(said: str, runs: "Sequence[Ran]") -> "list[Ran]":
    """The runs of the session that is meant; raises WrongUsage where it is none, or several."""
    from interpreter.core.errors import WrongUsage

    names = list(dict.fromkeys(each.session for each in runs if each.session))
    meant = names[-1:] if said == LATEST else [name for name in names if name == said]
    meant = meant or [name for name in names if said in name]
    if len(meant) != 1:
        what = f"{len(meant)} sessions are named like {said}" if meant else f"Nothing ran in a session {said}"
        raise WrongUsage(f"{what}.", "See which there are: interpreter sessions")
    return [each for each in runs if each.session == meant[0]]


def _rows(runs: "Sequence[Ran]") -> list[tuple[str, ...]]:
    rows = [
        (_when(each.at), each.language, each.by, each.box or "no box", _result(each), _first_line(each.code))
        for each in runs
    ]
    return [("WHEN (UTC)", "LANGUAGE", "APPROVED BY", "BOX", "RESULT", "CODE"), *rows]


def _when(at: str) -> str:
    return at[:19].replace("T", " ")


def _result(ran: "Ran") -> str:
    if ran.status is None:
        return "no end"
    took = f"{ran.seconds or 0.0:.1f} s"
    return f"{ran.status}, {ran.error}, {took}" if ran.error else f"{ran.status}, {took}"


def _first_line(code: str) -> str:
    lines = [line.strip() for line in code.splitlines() if line.strip()]
    first = lines[0] if lines else ""
    shown = first if len(first) <= LINE else f"{first[: LINE - 1]}…"
    return f"{shown} (+{len(lines) - 1} lines)" if len(lines) > 1 else shown


def _tell_damage(damaged: int, path: str) -> int:
    if not damaged:
        return 0
    import sys

    from interpreter.console.sentences import tell

    sys.stdout.flush()
    lines = "1 line is" if damaged == 1 else f"{damaged:,} lines are"
    tell(f"{lines} damaged in {path}: what they told is not listed.")
    return 1
