"""`interpreter sessions rename`, `delete`, `prune`, `copy` and `import`."""

import re
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from interpreter.console.tty import open_tty
from interpreter.core.errors import InterpreterError, WrongUsage
from interpreter.core.messages import Instruction
from interpreter.core.visible import visible
from interpreter.storage.exports.imported import read_notebook
from interpreter.storage.sessions.sessions import Sessions
from interpreter.terminal.subcommands.session_listing import as_table
from interpreter.terminal.subcommands.session_store import found_sessions, tell

HOURS = {"h": 1 / 24, "d": 1.0, "w": 7.0}
"""Days in an hour, a day and a week."""


def rename(given: Namespace) -> int:
    """Give a session another title."""
    sessions, title = found_sessions(), " ".join(" ".join(given.title).split())
    if not title:
        raise WrongUsage("The title is empty.", "Such as: interpreter sessions rename latest Prices of May")
    name = sessions.name(given.session)
    sessions.rename(name, title)
    print(visible(f"{name} is called “{title}” from now on."))
    return 0


def delete(given: Namespace) -> int:
    """Delete sessions; those that are not there or held are told, the others go."""
    sessions = found_sessions()
    problems: list[InterpreterError] = []
    names: dict[str, None] = {}
    for said in given.sessions:
        try:
            names[sessions.name(said)] = None
        except WrongUsage as error:
            problems.append(error)
    if names:
        _show(sessions, list(names))
        if given.yes or _is_sure(len(names)):
            problems += _deleted(sessions, list(names))
    code = tell(problems)
    return 2 if any(isinstance(each, WrongUsage) for each in problems) else code


def prune(given: Namespace) -> int:
    """Delete what nobody has touched for a time."""
    sessions, days = found_sessions(), days_of(given.older_than)
    old = sessions.unchanged_for(days)
    if not old:
        print("No session is as old as that.")
        return 0
    print(as_table(old))
    if not (given.yes or _is_sure(len(old))):
        return 0
    return tell(_deleted(sessions, [each.name for each in old]))


def copy(given: Namespace) -> int:
    """Copy a session under a new name."""
    name = found_sessions().copy(given.session)
    print(visible(f"The copy is {name}."))
    return 0


def import_notebook(given: Namespace) -> int:
    """Begin a session with a notebook."""
    file = Path(given.notebook).expanduser()
    messages = read_notebook(file)
    with found_sessions().new() as session:
        first = next(each.text for each in messages if isinstance(each, Instruction))
        session.describe(title=" ".join(first.split())[:80], folder=str(file.absolute().parent), model="")
        parent = None
        for message in messages:
            parent = session.add(message, parent=parent)
        print(visible(f"Imported as {session.name}."))
    return 0


def days_of(said: str) -> float:
    """An age such as 90d, 12h or 4w, in days; raises WrongUsage for anything else."""
    match = re.fullmatch(r"(\d{1,6})([hdw])", said.strip().lower())
    if match is None:
        raise WrongUsage(f"{said} is no age.", "Give a number of days, hours or weeks, such as 90d, 12h or 4w.")
    return int(match[1]) * HOURS[match[2]]


def _show(sessions: Sessions, names: Sequence[str]) -> None:
    listed = [each for each in sessions.index.sessions() if each.name in names]
    if listed:
        print(as_table(listed))
    for name in sorted(set(names) - {each.name for each in listed}):
        print(visible(f"{name}  (cannot be read)"))


def _is_sure(count: int) -> bool:
    sys.stdout.flush()
    tty = open_tty()
    if tty is None:
        raise WrongUsage("There is no terminal to ask you at, so nothing is deleted.", "Add --yes to delete unasked.")
    with closing(tty):
        what = "this session" if count == 1 else f"these {count:,} sessions"
        key = (tty.key(f"Delete {what} for good? [y]es / [n]o ", lambda: False) or "").strip().lower()
        tty.write("yes\n" if key == "y" else "no\n")
    if key != "y":
        print("Nothing is deleted.")
    return key == "y"


def _deleted(sessions: Sessions, names: Sequence[str]) -> Sequence[InterpreterError]:
    problems = sessions.delete(*names)
    gone = len(names) - len(problems)
    if gone:
        print("1 session is deleted." if gone == 1 else f"{gone:,} sessions are deleted.")
    return problems
