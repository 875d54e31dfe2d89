"""The front end for a person or a pipe: chooses the screen, carries out an instruction, opens the chat."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from interpreter.assembly import Assembled, assemble, kernel_server, working_folder
from interpreter.choosing.here import Here
from interpreter.choosing.order import find_model
from interpreter.console.board import Board, TtyBoard
from interpreter.console.people import TerminalApprover, TerminalAsker
from interpreter.console.question import Explain
from interpreter.console.tty import Tty, open_tty
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import StorageFailed, WrongUsage
from interpreter.core.events import ErrorRaised, Event, Notice, TurnEnded, TurnReason
from interpreter.core.explanation import Explanation
from interpreter.core.messages import CodeBlock, Instruction
from interpreter.core.policy import Nobody
from interpreter.core.visible import visible
from interpreter.models import Progress
from interpreter.settings import Settings
from interpreter.storage.last_model import last_model
from interpreter.storage.paths import find_paths
from interpreter.storage.trust import Trust
from interpreter.terminal.attachments import attach_mentioned
from interpreter.terminal.bell import Bell, bell_of
from interpreter.terminal.colours import can_draw, coloured
from interpreter.terminal.elsewhere import UNBOXED, tell_where
from interpreter.terminal.explaining import Explained
from interpreter.terminal.footer import Footer
from interpreter.terminal.glances import Glances
from interpreter.terminal.graphics.here import drawing_here
from interpreter.terminal.json_screen import JsonScreen
from interpreter.terminal.keys import is_alone, is_foreground
from interpreter.terminal.live import Live
from interpreter.terminal.modes import modes_kept
from interpreter.terminal.named import with_pictures
from interpreter.terminal.pictures import Draw, PictureLine, Pictures, not_kept
from interpreter.terminal.plain_screen import PlainScreen
from interpreter.terminal.progress import show_progress
from interpreter.terminal.python import python_for
from interpreter.terminal.signals import defers_ctrl_c, ignores_ctrl_c, leave_in_peace, leave_on_termination, stops_turn
from interpreter.terminal.status import parts_of
from interpreter.terminal.stdin import as_instruction, attach, piped
from interpreter.terminal.tally import Tally
from interpreter.terminal.trust import ask_for_trust
from interpreter.terminal.turn_line import BETWEEN, turn_parts
from interpreter.terminal.typed import Typed
from interpreter.terminal.user_runs import UserRuns
from interpreter.terminal.verbose import tell_more

EXIT_CODES: dict[TurnReason, int] = {"answered": 0, "unapproved": 3, "interrupted": 130}


class Shows(Protocol):
    """A screen: takes every event of a turn, in order."""

    def show(self, event: Event) -> None:
        """Show one event."""
        ...

    def show_glance(self, lines: Sequence[str]) -> None:
        """Show between other things what is going on; called from another thread."""
        ...

    def show_turn(self, parts: Sequence[str]) -> bool:
        """Show in a line what a turn took, the least important last; False where that is not for this screen."""
        ...


@dataclass(slots=True)
class Front:
    """A connected agent, the screen it is shown on, the pages that it has saved so far, and what it has taken.

    `user_runs` are what the user ran without the model. `verbose` shows tracebacks of our own errors, and what a turn
    took where the screen does not. `bell` rings after long turns. `footer` stands below the screen where that can be
    drawn on. In a chat, `typed` is what was typed while a turn ran. `is_answered` tells of the last turn.
    """

    assembled: Assembled
    screen: Shows
    pages: list[Path] = field(default_factory=list)
    tty: Tty | None = None
    verbose: bool = False
    footer: Footer | None = None
    chats: bool = False
    tally: Tally = field(default_factory=Tally)
    bell: Bell = field(default_factory=lambda: Bell(None, lambda: None))
    user_runs: UserRuns = field(default_factory=UserRuns)
    typed: Typed = field(default_factory=Typed)
    is_answered: bool = True

    def carry_out(self, instruction: str | Instruction) -> int:
        """Run one turn on the screen; returns the exit code it stands for."""
        self.is_answered = False
        if isinstance(instruction, str):
            instruction = Instruction(instruction)
        code = self.follow(self.assembled.run(instruction))
        self._tell_what_it_took()
        return code

    def attach(self, text: str, said: str) -> Instruction:
        """The instruction `text` with the files that the user's words in it name, each told of; raises WrongUsage."""
        at = self.assembled
        elsewhere = at.settings.kernel_server is not None
        attached = attach_mentioned(text, said, at.folder, small=at.model.is_small, elsewhere=elsewhere)
        attached = with_pictures(attached, said, at)
        for note in attached.notes:
            self.screen.show(Notice(note))
        return attached.instruction

    def follow(self, turn: Generator[Event, None, None]) -> int:
        """Show what happens until it ends, which Ctrl-C brings about; returns the exit code it stands for."""
        code = 1
        agent, live = self.assembled.agent, self._live()
        stops = stops_turn(lambda kill: agent.cancel(kill=kill))
        with stops, live.going_on(), closing(turn) as events:
            for event in events:
                live.take(event)
                self.tally.take(event)
                self.bell.take(event)
                if not live.tells(event):
                    with live.shown():
                        self.screen.show(event)
                if self.verbose:
                    with live.unseen():
                        tell_more(event, agent.redact)
                match event:
                    case ErrorRaised(error):
                        code = error.exit_code
                    case TurnEnded(reason):
                        self.is_answered = reason == "answered"
                        code = EXIT_CODES.get(reason, code)
        return code

    def _tell_what_it_took(self) -> None:
        parts = turn_parts(self.tally, self.assembled.model.context)
        if parts and not self.screen.show_turn(parts) and self.verbose:
            print(BETWEEN.join(parts), file=sys.stderr, flush=True)

    def _live(self) -> Live:
        tty = self.tty if sys.stdout.isatty() else None
        is_ours = is_foreground if self.chats else is_alone
        return Live(
            parts_of(self.assembled),
            Glances(self.assembled.agent.peek, self.screen.show_glance, lambda: tty is not None and tty.is_asking),
            tty=tty,
            reads=tty is not None and is_ours(tty.fileno()),
            footer=self.footer,
            typed=self.typed if self.chats else None,
            say=self.screen.show_glance,
        )


def run(settings: Settings, words: str | None) -> int:
    """Carry out the instruction in `words` or on standard input, or chat; returns the exit code.

    Raises InterpreterError for what keeps it from starting.
    """
    data = piped()
    with ExitStack() as leaving:
        text = _instruction(words, data, leaving, attaches=settings.kernel_server is None)
        chats = text is None or settings.interactive
        if chats and settings.json:
            raise WrongUsage("With --json there is no chat.", 'Give an instruction: interpreter --json "…"')
        leaving.enter_context(modes_kept())
        front = leaving.enter_context(_front(settings, chats=chats, warms=text is not None))
        # Piped text is not always the user's own words: what it names is not looked for.
        code = 0 if text is None else front.carry_out(front.attach(text, words or ""))
        if chats:
            leaving.enter_context(ignores_ctrl_c())
            from interpreter.terminal.chat import chat

            _listen_to_terminal()
            code = chat(front, settings, is_cold=text is None)
        return code


def draws(settings: Settings) -> bool:
    """Whether there is a terminal that can be drawn on, and nobody asked for less."""
    return not (settings.json or settings.plain) and sys.stdout.isatty() and can_draw(os.environ)


def _instruction(words: str | None, data: bytes, leaving: ExitStack, *, attaches: bool) -> str | None:
    """The instruction, None for a chat; an attachment is kept in a file until `leaving` closes."""
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
    return attach(text, data, Path(leaving.enter_context(tempfile.TemporaryDirectory(prefix="interpreter-"))))


@contextmanager
def _front(settings: Settings, *, chats: bool, warms: bool) -> Iterator[Front]:
    token = CancelToken()
    leave_on_termination(lambda: token.cancel(kill=True))
    tty = None if settings.json else open_tty()
    bell = bell_of(settings, tty)
    paths = find_paths(os.environ)
    last_used = last_model(paths) if chats else None
    # Before any question: whoever has no model is told so at once.
    find_model(settings, Here(os.environ, paths.models), last_used)
    picture_line = not_kept if settings.private else Pictures(paths.data / "pictures").line
    footer = Footer(sys.stdout) if draws(settings) and coloured(os.environ, is_terminal=True) else None
    drawing = drawing_here(settings.graphics, None if chats else tty)
    screen = screen_for(settings, picture_line, drawing, footer, chats=chats)
    server = kernel_server(settings, os.environ, TerminalAsker(tty, token) if tty else None)
    if server is not None:
        tell_where(server, auto_run=settings.auto_run)
    elif chats and tty is not None:
        _ask_for_trust(Trust(paths.data / "trusted.json"), working_folder(settings), tty)
    # Somebody who sits there, and wants to be asked.
    where = server or python_for(settings, tty if chats and not settings.auto_run else None)
    pages: list[Path] = []
    if settings.auto_run and server is None:
        print(UNBOXED, file=sys.stderr, flush=True)
    with ExitStack() as leaving:
        with defers_ctrl_c() as let_through:
            assembled = assemble(
                settings,
                os.environ,
                # Asked long after the model is there.
                approver=_approver(tty, token, screen, lambda block: _explain(assembled, block, footer), bell)
                if tty
                else Nobody(),
                asker=TerminalAsker(tty, token, bell.ask) if tty and (chats or not settings.auto_run) else None,
                token=token,
                where=where,
                last_used=last_used,
                show_page=pages.append,
                progress=_breakable(show_progress(sys.stderr), let_through),
            )
            leaving.callback(assembled.close)
            leaving.callback(leave_in_peace)
            if warms:
                assembled.warm()
        for note in assembled.notes:
            print(visible(note), file=sys.stderr, flush=True)
        if assembled.model.said:
            print(visible(assembled.model.said), file=sys.stderr, flush=True)
        tally = Tally(price=assembled.model.cost)
        yield Front(assembled, screen, pages, tty, settings.verbose, footer, chats, tally, bell)


def _explain(assembled: Assembled, block: CodeBlock, footer: Footer | None) -> Explanation:
    return Explained(assembled, block, footer) if footer else assembled.explain(block)


def _breakable(progress: Progress, let_through: Callable[[], None]) -> Progress:
    def advance(done: int, total: int) -> None:
        let_through()
        progress(done, total)

    return advance


def _approver(tty: Tty, token: CancelToken, screen: Shows, explain: Explain, bell: Bell) -> TerminalApprover:
    if sys.stdout.isatty() and isinstance(screen, Board):
        return TerminalApprover(tty, token, screen, explain=explain, wanted=bell.ask)
    # What went to a pipe or a file has not been seen by whoever is asked.
    return TerminalApprover(tty, token, TtyBoard(tty), shows_first=True, explain=explain, wanted=bell.ask)


def _ask_for_trust(trust: Trust, folder: Path, tty: Tty) -> None:
    try:
        ask_for_trust(trust, folder, tty)
    except StorageFailed as error:
        print(f"The answer is not kept, so the folder is not trusted: {visible(str(error))}", file=sys.stderr)


def _listen_to_terminal() -> None:
    """Whoever piped an instruction goes on at the terminal."""
    if sys.stdin.isatty() or (tty := open_tty()) is None:
        return
    os.dup2(tty.fileno(), 0)
    sys.stdin = os.fdopen(0, closefd=False)


def screen_for(
    settings: Settings, picture_line: PictureLine, draw_picture: Draw, footer: Footer | None, *, chats: bool
) -> Shows:
    """The screen that fits where the output goes and what the user wants."""
    if settings.json:
        return JsonScreen(sys.stdout)
    colours = coloured(os.environ, is_terminal=sys.stdout.isatty())
    if not draws(settings):
        return PlainScreen(sys.stdout, sys.stderr, picture_line, colours=colours and not settings.plain)
    from interpreter.terminal.screen import Screen

    return Screen(
        footer or sys.stdout,
        colours=colours,
        width=lambda: shutil.get_terminal_size().columns,
        # What runs without a question cannot be unfolded at one.
        height=lambda: 0 if settings.auto_run else shutil.get_terminal_size().lines,
        picture_line=picture_line,
        draw_picture=draw_picture,
        chats=chats,
    )
