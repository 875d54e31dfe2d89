"""Commands about sessions: list them, go on with one, go on in a copy."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from interpreter.core.errors import WrongUsage
from interpreter.core.visible import visible
from interpreter.terminal.commands.command import Command, aligned, first_line, no_words
from interpreter.terminal.offers import Offer, matching
from interpreter.terminal.resuming import take_up

if TYPE_CHECKING:
    from interpreter.terminal.front import Front

NEWEST = 15
"""Sessions that are listed."""


def list_sessions(front: "Front", words: list[str]) -> str:
    """List the newest sessions, or those in which words stand."""
    session = front.assembled.session
    index = session.sessions.index
    found = [hit.session for hit in index.search(" ".join(words), NEWEST)] if words else index.sessions(NEWEST)
    if not found:
        return "In no session do these words stand." if words else "No session has been kept yet."
    rows = [
        (
            f"{'*' if each.name == session.name else ' '} {each.name}",
            f"{_when(each.changed)}  {each.turns:>4} turns  {first_line(each.title, 40)}",
        )
        for each in found
    ]
    return visible(f"{aligned(rows)}\n%resume NAME goes on with one; a part of its name is enough.")


def resume(front: "Front", words: list[str]) -> str:
    """Go on with another session."""
    if len(words) != 1:
        raise WrongUsage("%resume takes the name of a session, or a part of it.", "%sessions lists the newest.")
    take_up(front, words[0])
    return ""


def fork(front: "Front", words: list[str]) -> str:
    """Go on in a copy of this session."""
    no_words(words, "fork")
    session = front.assembled.session
    before = session.fork()
    return visible(f"From here on this is {session.name}; {before} stays as it is. Kernels and variables go on.")


def _names(front: "Front", typed: str) -> Iterator[Offer]:
    listed = front.assembled.session.sessions.index.sessions(NEWEST)
    return matching(typed, ((each.name, first_line(each.title, 40)) for each in listed))


def _when(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


COMMANDS = (
    Command("sessions", "[WORDS]", "list the newest sessions, or those with these words", list_sessions),
    Command("resume", "NAME", "go on with another session", resume, offers=_names),
    Command("fork", "", "go on in a copy of this session", fork),
)
