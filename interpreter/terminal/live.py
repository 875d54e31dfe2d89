"""What goes on beside a turn: the footer, the keys, the looks at running code, Ctrl-Z."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext

from interpreter.console.tty import Tty
from interpreter.core.events import Event, Retrying
from interpreter.terminal.footer import Footer
from interpreter.terminal.glances import Glances
from interpreter.terminal.key_decoder import Key
from interpreter.terminal.keys import KeyReader
from interpreter.terminal.signals import gives_way
from interpreter.terminal.status import Parts, Status
from interpreter.terminal.typed import Typed

NEXT = "Next: "


class Live:
    """Follows one turn. What there is not, a terminal or one that can be drawn on, is left out.

    `reads` tells whether the keys of the terminal are ours. `typed` is where they go, None where nothing can be typed
    ahead; `say` shows lines where there is no footer.
    """

    def __init__(
        self,
        parts: Parts,
        glances: Glances,
        *,
        tty: Tty | None,
        reads: bool,
        footer: Footer | None,
        typed: Typed | None,
        say: Callable[[Sequence[str]], None],
    ) -> None:
        self._glances = glances
        self._tty = tty
        self._footer = footer
        self._typed = typed
        self._say = say
        pastes = footer is not None and typed is not None
        self._reader = KeyReader(tty.fileno(), self._pressed, pastes=pastes) if tty and reads else None
        self._status = Status(parts, "Esc" if reads else "Ctrl-C")

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """A turn runs meanwhile."""
        with ExitStack() as leaving:
            leaving.enter_context(gives_way(self._stopped, self._back))
            if self._footer:
                leaving.enter_context(self._footer.below(self._lines))
            if self._reader:
                leaving.enter_context(self._glances.answering())
                leaving.enter_context(self._reader.reading())
            if self._tty:
                self._tty.aside = self.aside
                leaving.callback(setattr, self._tty, "aside", nullcontext)
            yield

    def take(self, event: Event) -> None:
        """Know what happens, before it is shown."""
        self._glances.take(event)
        self._status.take(event)

    def tells(self, event: Event) -> bool:
        """Whether the footer says all there is to say of an event, for as long as it matters."""
        return isinstance(event, Retrying) and self._footer is not None

    @contextmanager
    def shown(self) -> Iterator[None]:
        """What is drawn meanwhile appears in one piece, with the footer below."""
        with self._footer.held() if self._footer else nullcontext():
            yield

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Somebody else reads keys, and draws; what was typed before stays what it was."""
        with ExitStack() as leaving:
            if self._reader:
                leaving.enter_context(self._reader.aside())
            leaving.enter_context(self.unseen())
            yield
            if self._typed is not None:
                self._typed.answered()

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Somebody else draws."""
        with self._footer.hidden() if self._footer else nullcontext():
            yield

    def _pressed(self, key: Key) -> None:
        match key.name:
            case "escape":
                os.kill(os.getpid(), signal.SIGINT)
            case "glance":
                self._glances.wish()
            case _ if self._typed is not None:
                self._type(self._typed, key)

    def _type(self, typed: Typed, key: Key) -> None:
        count = len(typed.queue)
        typed.take(key)
        if self._footer:
            self._footer.look_again()
        elif len(typed.queue) > count:
            self._say([f"{NEXT}{typed.queue[-1]}"])

    def _lines(self, width: int) -> list[str]:
        lines = self._status.lines(width)
        return [*lines, self._typed.shown(width)] if self._typed else lines

    @contextmanager
    def _stopped(self) -> Iterator[None]:
        with ExitStack() as leaving:
            if self._footer:
                leaving.enter_context(self._footer.stopped())
            if self._reader:
                leaving.enter_context(self._reader.stopped())
            if self._tty:
                self._tty.step_back()
            yield

    def _back(self) -> None:
        if self._reader:
            self._reader.renew()
        if self._tty:
            self._tty.ask_again()
