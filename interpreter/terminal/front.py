"""A connected agent before a person or a pipe: carries out an instruction, and shows what happens."""

import sys
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from interpreter.assembly import Assembled
from interpreter.console.tty import Tty
from interpreter.core.events import ErrorRaised, Event, Notice, TurnEnded, TurnReason
from interpreter.core.messages import Instruction
from interpreter.terminal.attachments import attach_mentioned
from interpreter.terminal.bell import Bell
from interpreter.terminal.footer import Footer
from interpreter.terminal.glances import Glances
from interpreter.terminal.keys import is_alone, is_foreground
from interpreter.terminal.live import Live
from interpreter.terminal.named import in_the_box, with_pictures
from interpreter.terminal.signals import stops_turn
from interpreter.terminal.status import parts_of
from interpreter.terminal.tally import Tally
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

    @property
    def asks(self) -> bool:
        """Whether somebody sits there who wants to be asked."""
        settings = self.assembled.settings
        return self.tty is not None and not settings.json and (self.chats or not settings.auto_run)

    @property
    def has_keys(self) -> bool:
        """Whether single keys can be read while a turn runs, so that Esc stops it."""
        is_ours = is_foreground if self.chats else is_alone
        return self.tty is not None and sys.stdout.isatty() and is_ours(self.tty.fileno())

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
        attached = in_the_box(with_pictures(attached, said, at), said, at)
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
        return Live(
            parts_of(self.assembled),
            Glances(self.assembled.agent.peek, self.screen.show_glance, lambda: tty is not None and tty.is_asking),
            tty=tty,
            reads=self.has_keys,
            footer=self.footer,
            typed=self.typed if self.chats else None,
            say=self.screen.show_glance,
        )
