"""The front end for a person or a pipe: chooses the screen, carries out an instruction, opens the chat."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO

from interpreter.assembly import Assembled, assemble, working_folder
from interpreter.console.people import TerminalApprover, TerminalAsker
from interpreter.console.tty import open_tty
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import WrongUsage
from interpreter.core.events import ErrorRaised, Event, TurnEnded, TurnReason
from interpreter.core.messages import CodeBlock, Instruction
from interpreter.core.policy import Nobody
from interpreter.settings import Settings
from interpreter.storage.last_model import last_model
from interpreter.storage.paths import find_paths
from interpreter.storage.trust import Trust
from interpreter.terminal.json_screen import JsonScreen
from interpreter.terminal.plain_screen import PlainScreen
from interpreter.terminal.progress import show_progress
from interpreter.terminal.signals import leave_on_termination, stops_turn
from interpreter.terminal.stdin import as_instruction, attach, piped
from interpreter.terminal.trust import ask_for_trust

UNBOXED = "Auto-run: code runs as you, on this machine, without asking and without a box."

EXIT_CODES: dict[TurnReason, int] = {"answered": 0, "unapproved": 3, "interrupted": 130}


class Shows(Protocol):
    """A screen: takes every event of a turn, in order."""

    def show(self, event: Event) -> None:
        """Show one event."""
        ...

    def show_block(self, block: CodeBlock) -> None:
        """Show a block that the user has changed."""
        ...


@dataclass(frozen=True, slots=True)
class Front:
    """A connected agent and the screen it is shown on."""

    assembled: Assembled
    screen: Shows

    def carry_out(self, text: str) -> int:
        """Run one turn on the screen; returns the exit code it stands for."""
        code = 1
        agent = self.assembled.agent
        with stops_turn(lambda kill: agent.cancel(kill=kill)), closing(agent.run(Instruction(text))) as events:
            for event in events:
                self.screen.show(event)
                match event:
                    case ErrorRaised(error):
                        code = error.exit_code
                    case TurnEnded(reason):
                        code = EXIT_CODES.get(reason, code)
        return code


def run(settings: Settings, words: str | None) -> int:
    """Carry out the instruction in `words` or on standard input, or chat; returns the exit code.

    Raises InterpreterError for what keeps it from starting.
    """
    leave_on_termination()
    _mend_streams()
    data = piped()
    with tempfile.TemporaryDirectory(prefix="interpreter-") as folder:
        text = _instruction(words, data, Path(folder))
        chats = text is None or settings.interactive
        with _front(settings, chats=chats) as front:
            code = 0 if text is None else front.carry_out(text)
            if chats:
                from interpreter.terminal.chat import chat

                code = chat(front, settings)
            return code


def _instruction(words: str | None, data: bytes, folder: Path) -> str | None:
    if words is None and not data and sys.stdin is not None and sys.stdin.isatty():
        return None
    text = (words or "").strip() or (as_instruction(data) if words is None else "")
    if not text:
        raise WrongUsage("The instruction is empty.", 'Say what you want done: interpreter "…"')
    return attach(text, data, folder) if words and data else text


@contextmanager
def _front(settings: Settings, *, chats: bool) -> Iterator[Front]:
    token = CancelToken()
    tty = None if settings.json else open_tty()
    screen = _screen(settings)
    paths = find_paths(os.environ)
    if chats and tty is not None:
        ask_for_trust(Trust(paths.data / "trusted.json"), working_folder(settings), tty)
    if settings.auto_run:
        print(UNBOXED, file=sys.stderr, flush=True)
    assembled = assemble(
        settings,
        os.environ,
        approver=TerminalApprover(tty, token, screen.show_block) if tty else Nobody(),
        asker=TerminalAsker(tty, token) if tty and (chats or not settings.auto_run) else None,
        token=token,
        last_used=last_model(paths) if chats else None,
        progress=show_progress(sys.stderr),
    )
    with closing(assembled):
        yield Front(assembled, screen)


def _screen(settings: Settings) -> Shows:
    if settings.json:
        return JsonScreen(sys.stdout)
    if settings.plain or not sys.stdout.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return PlainScreen(sys.stdout, sys.stderr)
    from interpreter.terminal.screen import Screen

    return Screen(sys.stdout, colours=not os.environ.get("NO_COLOR"), width=shutil.get_terminal_size().columns)


def _mend_streams() -> None:
    """Closed streams become /dev/null; characters that the terminal's encoding lacks are replaced, never an error."""
    for name in ("stdout", "stderr"):
        stream: TextIO | None = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115, PTH123
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
