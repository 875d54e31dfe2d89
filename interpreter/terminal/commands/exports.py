"""Commands that write the session into a file, and that keep what the user thinks of it."""

import platform
from collections.abc import Iterable
from typing import TYPE_CHECKING

from interpreter.core.errors import WrongUsage
from interpreter.core.visible import visible
from interpreter.kernels.environments import Python
from interpreter.terminal.commands.command import Command, paths
from interpreter.terminal.offers import Offer, matching
from interpreter.terminal.wanted_file import path_for

if TYPE_CHECKING:
    from interpreter.storage.exports.kept import Kept
    from interpreter.terminal.front import Front

NAME = "session"


def write_notebook(front: "Front", words: list[str]) -> str:
    """Write the session as a notebook."""
    return _write(front, "ipynb", words)


def write_markdown(front: "Front", words: list[str]) -> str:
    """Write the session as Markdown, with its pictures in a folder beside."""
    return _write(front, "markdown", words)


def export(front: "Front", words: list[str]) -> str:
    """Write the session in the form that is named."""
    from interpreter.storage.exports.formats import FORMATS

    if not words or words[0].lower() not in FORMATS:
        raise WrongUsage(f"%export takes one of {', '.join(FORMATS)}.", "Such as %export html.")
    return _write(front, words[0].lower(), words[1:])


def forms(front: "Front", typed: str) -> Iterable[Offer]:
    """What may continue %export: a form, then a path."""
    from interpreter.storage.exports.formats import FORMATS

    name, blank, rest = typed.partition(" ")
    return paths(front, rest) if blank else matching(name, ((each, "") for each in FORMATS))


def good(front: "Front", words: list[str]) -> str:
    """Mark the last turn as one to learn from."""
    return _mark(front, words, good=True)


def bad(front: "Front", words: list[str]) -> str:
    """Mark the last turn as one that went wrong."""
    return _mark(front, words, good=False)


def _mark(front: "Front", words: list[str], *, good: bool) -> str:
    recorder = front.assembled.session.recorder
    if recorder is None:
        raise WrongUsage("This conversation is not kept, and neither are marks.", "Start without --private.")
    recorder.mark(good=good, why=" ".join(words))
    return f"The last turn is marked {'good' if good else 'bad'}; `interpreter sessions export` can write marked ones."


def _write(front: "Front", name: str, words: list[str]) -> str:
    # SQLite and what knows it are imported when they are needed, not before the first prompt.
    from interpreter.storage.exports.formats import FORMATS, write_export
    from interpreter.terminal.shown import shown

    kept, at = _kept(front), front.assembled
    wanted = path_for(" ".join(words), at.folder, NAME, FORMATS[name].ending)
    return visible(f"Written: {write_export(kept, name, wanted, at.agent.redact, shown)}")


def _kept(front: "Front") -> "Kept":
    from interpreter.storage.exports.kept import of_messages, of_session

    at = front.assembled
    messages = front.user_runs.among(at.agent.conversation.messages)
    if not messages:
        raise WrongUsage("There is nothing to write yet.", "Ask for something first.")
    python = at.where.version if isinstance(at.where, Python) else platform.python_version()
    session = at.session.recorder.whole() if at.session.recorder is not None else None
    if session is None:
        return of_messages(messages, at.agent.redact, python)
    return of_session(session, at.agent.redact, python, messages)


COMMANDS = (
    Command("jupyter", "[PATH]", "write the session as a notebook (session.ipynb)", write_notebook, offers=paths),
    Command("markdown", "[PATH]", "write the session as Markdown (session.md)", write_markdown, offers=paths),
    Command("export", "FORM [PATH]", "write it as ipynb, markdown, html, json or python", export, offers=forms),
    Command("good", "", "mark the last turn as one to learn from", good),
    Command("bad", "[WHY]", "mark the last turn as one that went wrong", bad),
)
