"""The chat: one instruction after the other, until the user leaves."""

import os
import select
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from interpreter.assembly import Assembled
from interpreter.console.tty import POLL
from interpreter.core.errors import StorageFailed
from interpreter.core.visible import visible
from interpreter.settings import Settings
from interpreter.storage.last_model import remember_model
from interpreter.storage.paths import Paths, private_folder
from interpreter.terminal.colours import coloured
from interpreter.terminal.commands import Leaving, carry_out, is_command
from interpreter.terminal.front import Front, draws
from interpreter.terminal.hints import next_hint
from interpreter.terminal.inline import DIM
from interpreter.terminal.signals import breaks_off, leave_in_peace
from interpreter.terminal.wrapped import styled

LEAVING = ("exit", "quit")


def chat(front: Front, settings: Settings, *, is_cold: bool = False) -> int:
    """Read and carry out instructions; Ctrl-D or %quit leaves with exit code 0.

    Where kernel and model are cold, they start once the first prompt stands there: started before it, what they import
    would take turns with what the prompt imports, and both would be there later.
    """
    keeps = not settings.private and _can_keep(front.assembled.paths)
    at = front.assembled
    warm = at.warm if is_cold else lambda: None
    is_drawn = draws(settings) and sys.stdin.isatty()
    if not is_drawn:
        warm()
    read = _drawn(at.paths, warm, keeps=keeps) if is_drawn else _plain
    print(visible(" · ".join(part for part in _heading(at) if part)))
    if keeps and is_drawn and (hint := next_hint(at.paths)):
        print(styled(hint, DIM if coloured(os.environ, is_terminal=True) else ""))
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


def _heading(at: Assembled) -> tuple[str, ...]:
    """What the chat begins with: who answers, where code runs, what was read, how to stop and to leave."""
    reads = f"reads {Path(at.briefing.source).name}" if at.briefing.source else ""
    return at.model.name, at.place, reads, "Ctrl-C stops a turn, Ctrl-D leaves"


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


def _drawn(paths: Paths, warm: Callable[[], None], *, keeps: bool) -> Callable[[], str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    history = FileHistory(os.fspath(paths.history)) if keeps else InMemoryHistory()
    session: PromptSession[str] = PromptSession(history=history, enable_open_in_editor=True)
    waiting = [warm]
    session.app.after_render += lambda app: waiting.pop()() if waiting else None

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
