"""The chat: one instruction after the other, until the user leaves."""

import os
import select
import sys
from collections.abc import Callable
from pathlib import Path
from typing import assert_never

from interpreter.console.sentences import in_lines, tell, width_of
from interpreter.console.tty import POLL
from interpreter.core.errors import InterpreterError, StorageFailed
from interpreter.core.messages import CodeBlock, Execution
from interpreter.core.visible import visible
from interpreter.settings import Settings
from interpreter.storage.history import HistoryFile
from interpreter.storage.last_model import remember_model
from interpreter.storage.paths import private_folder
from interpreter.storage.sessions.broken_off import broken_off
from interpreter.terminal.colours import coloured
from interpreter.terminal.commands import Leaving, carry_out, is_command
from interpreter.terminal.front import Front
from interpreter.terminal.heading import short
from interpreter.terminal.hints import next_hint
from interpreter.terminal.inline import DIM
from interpreter.terminal.lines import LEAVING, MARK, Advice, Called, Leave, Nothing, Said, Typed, line
from interpreter.terminal.resuming import take_up
from interpreter.terminal.screens import draws
from interpreter.terminal.signals import breaks_off, forget_ctrl_c, leave_in_peace
from interpreter.terminal.user_runs import run_for_user, told
from interpreter.terminal.words import problem
from interpreter.terminal.wrapped import styled


def chat(front: Front, settings: Settings, *, is_cold: bool = False) -> int:
    """Read and carry out instructions; Ctrl-D or %quit leaves with exit code 0.

    Where kernel and model are cold, they start once the first prompt stands there: started before it, what they import
    would take turns with what the prompt imports, and both would be there later.
    """
    at = front.assembled
    keeps = not settings.private and _can_keep(front)
    warm = at.warm if is_cold else lambda: None
    is_drawn = draws(settings) and sys.stdin.isatty()
    if not is_drawn:
        warm()
    read = _drawn(front, warm, keeps=keeps) if is_drawn else _plain
    width = width_of(1) if is_drawn else 0
    print(in_lines(visible(" · ".join(part for part in _heading(front) if part)), width))
    if keeps and is_drawn and (hint := next_hint(at.paths)):
        print(styled(in_lines(hint, width), DIM if coloured(os.environ, is_terminal=True) else ""))
    if is_cold and settings.session is not None:
        take_up(front, settings.session)
    elif keeps and (names := broken_off(at.paths.sessions)):
        offer = f"A conversation was broken off before its end: %resume {names[0]} goes on with it."
        print(in_lines(visible(offer), width))
    while True:
        try:
            text = _next(front, read).strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            text = LEAVING[0]
        front.is_answered = True
        try:
            _take(text, front, keeps=keeps)
        except Leaving:
            leave_in_peace()
            return 0


def _heading(front: Front) -> tuple[str, ...]:
    """What the chat begins with: who answers, where code runs, what was read, how to stop and to leave."""
    at, stops = front.assembled, "Esc" if front.has_keys else "Ctrl-C"
    reads = f"reads {Path(at.briefing.source).name}" if at.briefing.source else ""
    return at.model.name, short(at.place), reads, f"{stops} stops, Ctrl-D leaves"


def _next(front: Front, read: Callable[[str], str]) -> str:
    """What was typed while the last turn ran, if that was answered; else it is the beginning of what is read."""
    queued = front.typed.next() if front.is_answered else None
    if queued is None:
        return read(front.typed.rest())
    print(f"> {visible(queued)}", flush=True)
    return queued


def _take(text: str, front: Front, *, keeps: bool) -> None:
    """Do what a line says; raises Leaving."""
    pages = len(front.pages)
    match line(text, front.assembled.agent.kernels, is_command):
        case Nothing():
            pass
        case Leave():
            raise Leaving
        case Called(command):
            carry_out(command, front)
        case Advice(advice):
            print(visible(advice))
        case Typed() as typed:
            _run(typed, front)
        case Said(said):
            _ask(said, front, keeps=keeps)
        case other:
            assert_never(other)
    if len(front.pages) > pages:
        print("%open shows the page in your browser.")


def _ask(said: str, front: Front, *, keeps: bool) -> None:
    try:
        instruction = front.attach(said, said)
    except InterpreterError as error:
        print(visible(problem(error)))
        return
    if front.carry_out(instruction) == 0 and keeps:
        _remember(front)


def _run(typed: Typed, front: Front) -> None:
    agent = front.assembled.agent
    after = len(agent.conversation.messages)

    def keep(done: Execution) -> None:
        front.user_runs.keep(done, after)
        if typed.is_told:
            front.assembled.session.news.tell(told(done, small=front.assembled.model.is_small))

    front.follow(front.assembled.record.watched(run_for_user(agent, CodeBlock(typed.language, typed.code), keep)))


def _remember(front: Front) -> None:
    try:
        if name := front.assembled.model.lasting_name:
            remember_model(front.assembled.paths, name)
    except StorageFailed as error:
        tell(f"The model of this chat is not remembered: {error}")


def _plain(default: str = "") -> str:
    text = default + _plain_line(f"{MARK}{visible(default)}")
    while text.endswith("\\"):
        keeps_it = text.startswith(("!", "%%"))
        text = f"{text if keeps_it else text[:-1]}\n{_plain_line(' ' * len(MARK))}"
    return text


def _plain_line(mark: str) -> str:
    forget_ctrl_c()
    try:
        with breaks_off():
            if sys.stdin.isatty():
                _wait_for_line(mark)
                return input()
            return input(mark)
    except (KeyboardInterrupt, EOFError):
        print()
        raise


def _wait_for_line(mark: str) -> None:
    # A Ctrl-C that comes right before the blocking read of `input` would be noticed only with the next line.
    print(mark, end="", flush=True)
    while not select.select([sys.stdin], [], [], POLL)[0]:
        pass


def _drawn(front: Front, warm: Callable[[], None], *, keeps: bool) -> Callable[[str], str]:
    from interpreter.terminal.line_offers import line_offers, opens_by_itself
    from interpreter.terminal.prompt import Prompt

    history = HistoryFile(front.assembled.paths.history) if keeps else None
    return Prompt(history, lambda text: line_offers(text, front), opens_by_itself, warm).read


def _can_keep(front: Front) -> bool:
    """Whether there can be a private folder; a home that cannot be written to is said once."""
    try:
        private_folder(front.assembled.paths.data)
    except StorageFailed as error:
        tell(f"Nothing of this chat is kept: {error}")
        front.assembled.session.stay_silent()
        front.assembled.record.stay_silent()
        return False
    return True
