"""The chat: one instruction after the other, until the user leaves."""

import os
import sys
from collections.abc import Callable

from interpreter.core.errors import StorageFailed
from interpreter.core.visible import visible
from interpreter.settings import Settings
from interpreter.storage.last_model import remember_model
from interpreter.storage.paths import Paths, private_folder
from interpreter.terminal.front import Front
from interpreter.terminal.words import problem

LEAVING = ("exit", "quit", "%quit", "%exit", "/quit", "/exit")


def chat(front: Front, settings: Settings) -> int:
    """Read and carry out instructions; Ctrl-D or %quit leaves with exit code 0."""
    read = _reader(front.assembled.paths, settings)
    print(visible(f"{front.assembled.model.name} · {front.assembled.folder} · Ctrl-C stops a turn, Ctrl-D leaves"))
    while True:
        try:
            text = read().strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return 0
        if text in LEAVING:
            return 0
        if text and front.carry_out(text) == 0 and not settings.private:
            _remember(front)


def _remember(front: Front) -> None:
    try:
        remember_model(front.assembled.paths, front.assembled.model.name)
    except StorageFailed as error:
        print(problem(error), file=sys.stderr)


def _reader(paths: Paths, settings: Settings) -> Callable[[], str]:
    if settings.plain or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return lambda: input("> ")
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory, History, InMemoryHistory

    history: History = InMemoryHistory()
    if not settings.private and _is_writable(paths):
        history = FileHistory(os.fspath(paths.history))
    session: PromptSession[str] = PromptSession(history=history, enable_open_in_editor=True)
    return lambda: session.prompt("> ")


def _is_writable(paths: Paths) -> bool:
    """Make the history file, readable by its owner only; a home that cannot be written to costs the history alone."""
    try:
        private_folder(paths.data)
        os.close(os.open(paths.history, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    except (StorageFailed, OSError) as error:
        print(f"The history of this chat is not kept: {error}", file=sys.stderr)
        return False
    return True
