"""The terminal's bell, for who looks elsewhere while a turn takes long."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from interpreter.console.tty import Tty
from interpreter.core.events import ApprovalAsked, Event, MessageAdded, TurnEnded
from interpreter.core.messages import Instruction
from interpreter.settings import Settings

BELL = "\a"


@dataclass(slots=True)
class Bell:
    """Rings when a question comes up, or the turn ends, at least `after` seconds after the user was last asked for.

    `ring` rings; `after` None is never. `clock` gives seconds.
    """

    after: float | None
    ring: Callable[[], None]
    clock: Callable[[], float] = time.monotonic
    _since: float = 0.0
    _is_asked: bool = False

    def take(self, event: Event) -> None:
        """Look at one event, before what it says is shown."""
        if self.after is None:
            return
        now = self.clock()
        if self._is_asked or (isinstance(event, MessageAdded) and isinstance(event.message, Instruction)):
            # Whoever has answered sits there.
            self._since, self._is_asked = now, False
        if isinstance(event, ApprovalAsked | TurnEnded) and now - self._since >= self.after:
            self.ring()
        self._is_asked = isinstance(event, ApprovalAsked)


def bell_of(settings: Settings, tty: Tty | None) -> Bell:
    """The bell that the user wants, which only a terminal has."""
    is_heard = tty is not None and sys.stdout.isatty() and not settings.plain
    return Bell(settings.bell if is_heard else None, lambda: tty.write(BELL) if tty else None)
