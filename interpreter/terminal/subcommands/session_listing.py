"""`interpreter sessions list` and `search`."""

import sys
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import Any

from interpreter.core.visible import visible
from interpreter.storage.sessions.index import Found, Listed
from interpreter.terminal.ages import ago, moment
from interpreter.terminal.colours import coloured
from interpreter.terminal.heading import short
from interpreter.terminal.subcommands import table
from interpreter.terminal.subcommands.session_store import FOLDER, TITLE, found_sessions, tell

MOST = 20
"""Sessions that are listed unless all are wanted."""

NONE = "There is no session yet. Start one: interpreter"


def show_list(given: Namespace) -> int:
    """List sessions; returns 1 where one cannot be read, which is told behind the others."""
    index = found_sessions().index
    sessions = index.sessions(None if given.all else MOST)
    if given.json:
        print(table.as_json([record(each) for each in sessions]))
    elif given.names:
        print("".join(f"{visible(each.name)}\n" for each in sessions), end="")
    elif sessions:
        print(as_table(sessions))
        if (left := index.count() - len(sessions)) > 0:
            print(f"{left:,} more: interpreter sessions list --all")
    else:
        print(NONE)
    return tell(index.unread())


def search(given: Namespace) -> int:
    """List sessions in which words stand, each with the place."""
    index = found_sessions().index
    found = index.search(" ".join(given.words), sys.maxsize if given.all else MOST)
    if given.json:
        print(table.as_json([{**record(each.session), "kind": each.kind, "excerpt": each.excerpt} for each in found]))
        return 0
    if not found:
        print("Nothing was found.")
        return 1
    paint = _bold if coloured_here() else str
    print("\n".join(line for each in found for line in _lines(each, paint)))
    return 0


def record(session: Listed) -> dict[str, Any]:
    """A session for programs."""
    return {
        "name": session.name,
        "title": session.title,
        "folder": session.folder,
        "model": session.model,
        "began": moment(session.began),
        "changed": moment(session.changed),
        "turns": session.turns,
    }


def as_table(sessions: Sequence[Listed]) -> str:
    """Sessions in lines, for people."""
    now = time.time()
    rows = [
        (each.name, ago(each.changed, now), str(each.turns), _cut(each.title, TITLE), _end(short(each.folder), FOLDER))
        for each in sessions
    ]
    return table.as_table([("NAME", "WHEN", "TURNS", "TITLE", "FOLDER"), *rows])


def coloured_here() -> bool:
    """Whether standard output shows colours."""
    import os

    return coloured(os.environ, is_terminal=sys.stdout.isatty())


def _lines(found: Found, paint: Callable[[str], str]) -> list[str]:
    session = found.session
    title = f"{session.name}  {ago(session.changed, time.time())}  {_cut(session.title, TITLE)}"
    return [visible(title), f"    {paint(visible(found.excerpt))}"]


def _bold(excerpt: str) -> str:
    import re

    return re.sub(r"\[([^\[\]]*)\]", "\x1b[1m\\1\x1b[0m", excerpt)


def _cut(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _end(text: str, most: int) -> str:
    """A path is known by its end."""
    return text if len(text) <= most else f"…{text[1 - most :]}"
