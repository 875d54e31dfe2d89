"""The chat: one instruction after the other, until the user leaves."""

import os
import select
import sys
from collections.abc import Callable
from contextlib import suppress

from interpreter.console.tty import POLL
from interpreter.core.errors import StorageFailed
from interpreter.core.visible import visible
from interpreter.settings import Settings
from interpreter.storage.last_model import remember_model
from interpreter.storage.paths import Paths, private_folder
from interpreter.terminal.commands import Leaving, carry_out, is_command
from interpreter.terminal.front import Front, draws
from interpreter.terminal.signals import breaks_off, leave_in_peace

LEAVING = ("exit", "quit")


def chat(front: Front, settings: Settings) -> int:
    """Read and carry out instructions; Ctrl-D or %quit leaves with exit code 0."""
    keeps = not settings.private and _can_keep(front.assembled.paths)
    read = _drawn(front.assembled.paths, keeps=keeps) if draws(settings) and sys.stdin.isatty() else _plain
    at = front.assembled
    print(visible(f"{at.model.name} · {at.place} · Ctrl-C stops a turn, Ctrl-D leaves"))
    while True:
        try:
            text = read().strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            text = LEAVING[0]
        try:
            _take(text, front, keeps=keeps)
        except Leaving:
            leave_in_peace()
            return 0


def _take(text: str, front: Front, *, keeps: bool) -> None:
    """Do what a line says; raises Leaving."""
    pages = len(front.pages)
    if text in LEAVING:
        raise Leaving
    if is_command(text):
        carry_out(text, front)
    elif text and front.carry_out(text) == 0 and keeps:
        _remember(front)
    if len(front.pages) > pages:
        print("%open shows the page in your browser.")


def _remember(front: Front) -> None:
    try:
        if name := front.assembled.model.lasting_name:
            remember_model(front.assembled.paths, name)
    except StorageFailed as error:
        print(f"The model of this chat is not remembered: {visible(str(error))}", file=sys.stderr)


def _plain() -> str:
    try:
        with breaks_off():
            if sys.stdin.isatty():
                _wait_for_line()
                return input()
            return input("> ")
    except (KeyboardInterrupt, EOFError):
        print()
        raise


def _wait_for_line() -> None:
    # A Ctrl-C that comes right before the blocking read of `input` would be noticed only with the next line.
    print("> ", end="", flush=True)
    while not select.select([sys.stdin], [], [], POLL)[0]:
        pass


def _drawn(paths: Paths, *, keeps: bool) -> Callable[[], str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    history = FileHistory(os.fspath(paths.history)) if keeps else InMemoryHistory()
    session: PromptSession[str] = PromptSession(history=history, enable_open_in_editor=True)

    def read() -> str:
        try:
            return session.prompt("> ", handle_sigint=False)
        except SystemExit:
            # A signal while the prompt was being set up: nobody else turns off what it turned on.
            with suppress(OSError):
                session.app.renderer.reset()
            raise

    return read


def _can_keep(paths: Paths) -> bool:
    """Make the history file, readable by its owner only; a home that cannot be written to is said once."""
    try:
        private_folder(paths.data)
        os.close(os.open(paths.history, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    except (StorageFailed, OSError) as error:
        print(f"Nothing of this chat is kept: {visible(str(error))}", file=sys.stderr)
        return False
    return True
