"""The whole run of the program: one instruction, or a chat."""

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from interpreter.console.tty import open_tty
from interpreter.core.errors import WrongUsage
from interpreter.settings import Settings
from interpreter.terminal.connecting import connected
from interpreter.terminal.modes import modes_kept
from interpreter.terminal.resuming import take_up
from interpreter.terminal.signals import notes_ctrl_c
from interpreter.terminal.stdin import as_instruction, attach, piped


def run(settings: Settings, words: str | None) -> int:
    """Carry out the instruction in `words` or on standard input, or chat; returns the exit code.

    Raises InterpreterError for what keeps it from starting.
    """
    data = piped()
    with ExitStack() as leaving:
        kept: list[Path] = []
        text = _instruction(words, data, leaving, kept, attaches=settings.kernel_server is None)
        chats = text is None or settings.interactive
        if chats and settings.json:
            raise WrongUsage("With --json there is no chat.", 'Give an instruction: interpreter --json "…"')
        leaving.enter_context(modes_kept())
        front = leaving.enter_context(connected(settings, chats=chats, warms=text is not None, readable=tuple(kept)))
        if text is not None and settings.session is not None:
            take_up(front, settings.session, draws=chats)
        # Piped text is not always the user's own words: what it names is not looked for.
        code = 0 if text is None else front.carry_out(front.attach(text, words or ""))
        if chats:
            leaving.enter_context(notes_ctrl_c())
            from interpreter.terminal.chat import chat

            _listen_to_terminal()
            code = chat(front, settings, is_cold=text is None)
        return code


def _instruction(words: str | None, data: bytes, leaving: ExitStack, kept: list[Path], *, attaches: bool) -> str | None:
    """The instruction, None for a chat; an attachment is kept until `leaving` closes, in a folder added to `kept`."""
    if words is None and not data and sys.stdin.isatty():
        return None
    text = (words or "").strip() or (as_instruction(data) if words is None else "")
    if not text:
        raise WrongUsage("The instruction is empty.", 'Say what you want done: interpreter "…"')
    if not (words and data):
        return text
    if not attaches:
        raise WrongUsage(
            "What is piped in becomes a file of this machine, and code is to run on a server.",
            "Upload it to the server, and name it there in the instruction.",
        )
    kept.append(Path(leaving.enter_context(tempfile.TemporaryDirectory(prefix="interpreter-"))))
    return attach(text, data, kept[-1])


def _listen_to_terminal() -> None:
    """Whoever piped an instruction goes on at the terminal."""
    if sys.stdin.isatty() or (tty := open_tty()) is None:
        return
    os.dup2(tty.fileno(), 0)
    sys.stdin = os.fdopen(0, closefd=False)
