"""The terminal's bell, for who looks elsewhere while a turn takes long."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from interpreter.console.tty import Tty
from interpreter.core.events import Event, MessageAdded, TurnEnded
from interpreter.core.messages import Instruction
from interpreter.settings import Settings

BELL = "\a"


@dataclass(slots=True)
class Bell:
    """Rings when a question comes up, or the turn ends, at least `after` seconds after the user was last there.

    `ring` rings; `after` None is never. `clock` gives seconds.
    """

    after: float | None
    ring: Callable[[], None]
    clock: Callable[[], float] = time.monotonic
    _since: float = 0.0
    _is_asked: bool = False

    def take(self, event: Event) -> None:
        """Look at one event."""
        is_there = isinstance(event, MessageAdded) and isinstance(event.message, Instruction)
        self._begin_again(self._is_asked or is_there)
        if isinstance(event, TurnEnded):
            self._ring()

    def ask(self) -> None:
        """A question comes up; not every block that is to run is one."""
        self._begin_again(self._is_asked)
        self._ring()
        self._is_asked = True

    def _begin_again(self, is_there: bool) -> None:
        # Whoever has answered sits there.
        if is_there:
            self._since, self._is_asked = self.clock(), False

    def _ring(self) -> None:
        if self.after is not None and self.clock() - self._since >= self.after:
            self.ring()


def bell_of(settings: Settings, tty: Tty | None) -> Bell:
    """The bell that the user wants, which only a terminal has."""
    is_heard = tty is not None and sys.stdout.isatty() and not settings.plain
    return Bell(settings.bell if is_heard else None, lambda: tty.write(BELL) if tty else None)
