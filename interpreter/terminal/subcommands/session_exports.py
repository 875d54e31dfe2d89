"""`interpreter sessions export`: one session in a form to read or run, or several as training data."""

import json
import platform
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from interpreter.core.errors import InterpreterError, StorageFailed, WrongUsage
from interpreter.core.prompt import system_prompt
from interpreter.core.visible import visible
from interpreter.storage.exports.formats import FORMATS, text_of, write_export
from interpreter.storage.exports.kept import Kept, of_session
from interpreter.storage.exports.training import as_example, chosen
from interpreter.storage.new_file import new_file
from interpreter.storage.sessions.forms import masked
from interpreter.storage.sessions.sessions import Sessions
from interpreter.terminal.shown import shown
from interpreter.terminal.subcommands.session_store import found_sessions, tell, without_secrets
from interpreter.terminal.wanted_file import path_for

TRAINING = "chat-jsonl"
EXCERPT = 300
"""Characters of each message that a dry run shows."""
SHOWN = 4
"""Messages that a dry run shows."""


def export(given: Namespace) -> int:
    """Write into a file, or on standard output; says where."""
    name = given.format or _by_ending(given.output)
    if name == TRAINING:
        return _export_training(given)
    if given.marked or given.system_prompt or given.dry_run:
        raise WrongUsage("That is for training data.", f"Add --format {TRAINING}.")
    if len(given.sessions) != 1:
        raise WrongUsage("Name one session.", "List them: interpreter sessions")
    with found_sessions().read(given.sessions[0]) as session:
        kept = of_session(session, without_secrets, platform.python_version())
        return _write(kept, session.name, name, given.output)


def _write(kept: Kept, session: str, name: str, said: str | None) -> int:
    if not kept.messages:
        raise WrongUsage(f"The session {session} is empty.", "Name another.")
    if said == "-":
        sys.stdout.write(without_secrets(text_of(kept, name, shown)).encode("utf-8", "replace").decode())
        return 0
    wanted = path_for(said or "", Path.cwd(), session, FORMATS[name].ending)
    print(visible(f"Written: {write_export(kept, name, wanted, without_secrets, shown)}"))
    return 0


def _by_ending(path: str | None) -> str:
    ending = Path(path or "").suffix.lower()
    by_ending = {each.ending: name for name, each in FORMATS.items()} | {".jsonl": TRAINING}
    return by_ending.get(ending, "ipynb")


def _export_training(given: Namespace) -> int:
    if bool(given.sessions) is bool(given.marked):
        raise WrongUsage("Say which conversations: by name, or by their marks.", "Such as --marked good.")
    sessions, problems = found_sessions(), list[InterpreterError]()
    names = _named(sessions, given.sessions, problems)
    examples = list(_examples(sessions, names, given, problems))
    if given.dry_run:
        _tell_what_it_would_be(examples)
    elif not examples:
        raise WrongUsage(
            "No conversation has such a mark.", "Mark turns in the chat with %good and %bad, or name sessions."
        )
    else:
        _write_lines(examples, given.output)
    return tell(problems)


def _named(sessions: Sessions, said: list[str], problems: list[InterpreterError]) -> list[str]:
    if said:
        return list(dict.fromkeys(sessions.name(each) for each in said))
    listed = [each.name for each in sessions.index.sessions()]
    problems += sessions.index.unread()
    return listed


def _examples(
    sessions: Sessions, names: list[str], given: Namespace, problems: list[InterpreterError]
) -> Iterator[dict[str, Any]]:
    for name in names:
        try:
            with sessions.read(name) as session:
                marks = session.marks()
                if given.marked and not marks:
                    continue
                messages = chosen(session.path(), marks, given.marked)
                folder = session.about().get("folder", "")
        except StorageFailed as error:
            problems.append(error)
            continue
        system = _system(folder) if given.system_prompt else ""
        if (example := as_example(messages, system)) is not None:
            yield masked(example, sessions.redact)


def _system(folder: str) -> str:
    return system_prompt(small=False, languages=("python", "bash"), folder=folder, system=platform.system())


def _write_lines(examples: list[dict[str, Any]], said: str | None) -> None:
    lines = "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in examples)
    if said == "-":
        sys.stdout.write(lines)
        return
    with new_file(path_for(said or "", Path.cwd(), "sessions", ".jsonl")) as path:
        path.write_text(lines, encoding="utf-8")
    print(visible(f"Written: {path} ({_counted(examples)})"))


def _tell_what_it_would_be(examples: list[dict[str, Any]]) -> None:
    print(f"{_counted(examples)}; nothing is written.")
    for message in examples[0]["messages"][:SHOWN] if examples else []:
        text = message["content"]
        print(visible(f"\n[{message['role']}]\n{text[:EXCERPT]}{'…' if len(text) > EXCERPT else ''}"))


def _counted(examples: list[dict[str, Any]]) -> str:
    messages = sum(len(each["messages"]) for each in examples)
    characters = sum(len(message["content"]) for each in examples for message in each["messages"])
    what = "1 conversation" if len(examples) == 1 else f"{len(examples):,} conversations"
    return f"{what}, {messages:,} messages, about {characters // 4:,} tokens"
