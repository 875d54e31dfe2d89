"""What Ctrl-T shows: for how long what has been running, and where the block is; looked up in a thread of its own."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue

from interpreter.console.tty import Tty
from interpreter.core.events import ApprovalAsked, Event, ExecutionStarted, MessageAdded
from interpreter.core.messages import Variable
from interpreter.core.ports import Frame
from interpreter.terminal.glance_key import GlanceKey

GOODBYE_SECONDS = 4.0
"""A look at a block takes three seconds at most."""
ECHO = "^T"
"""What the terminal shows by itself."""
FRAMES = 6
LOCALS = 5


class Glances:
    """Follows a turn by its events; `peek` looks at the running block, `show` draws lines between other things.

    While `tty` is asking, a person is typing, and nothing is drawn. Without a terminal there is no key.
    """

    def __init__(
        self,
        tty: Tty | None,
        peek: Callable[[], tuple[Frame, ...]],
        show: Callable[[Sequence[str]], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # Its `put` may be called by a signal handler that interrupts another call of it.
        self._wishes: SimpleQueue[bool] = SimpleQueue()
        self._tty = tty
        self._key = GlanceKey(tty.fileno() if tty else None, lambda: self._wishes.put(True))
        self._peek = peek
        self._show = show
        self._clock = clock
        self._is_running = False
        self._since = clock()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """A turn runs meanwhile."""
        if self._tty is None:
            yield
            return
        thread = threading.Thread(target=self._answer, name="glances", daemon=True)
        thread.start()
        try:
            self._key.on()
            yield
        finally:
            self._key.off()
            self._wishes.put(False)
            thread.join(GOODBYE_SECONDS)

    def take(self, event: Event) -> None:
        """Know what happens; from a question on until what follows it, the key is only a key."""
        match event:
            case ApprovalAsked():
                self._key.off()
                return
            case ExecutionStarted():
                self._is_running, self._since = True, self._clock()
            case MessageAdded():
                self._is_running, self._since = False, self._clock()
        self._key.on()

    def forget_typed(self) -> None:
        """At Ctrl-C."""
        self._key.forget_typed()

    def lines(self) -> list[str]:
        """What is going on."""
        seconds = f"{self._clock() - self._since:.0f} s"
        if not self._is_running:
            return [f"waiting for the model for {seconds}"]
        frames = self._peek()
        if not frames:
            return [f"running for {seconds}; where it is cannot be told now"]
        kept = frames if len(frames) <= FRAMES else (frames[0], *frames[1 - FRAMES :])
        told = next((frame.variables for frame in reversed(frames) if frame.variables), ())
        where = [f"  line {frame.line} in {frame.function}: {frame.code}" for frame in kept]
        return [f"running for {seconds}", *where, *([f"  {_in_short(told)}"] if told else [])]

    def _answer(self) -> None:
        while presses := self._presses():
            if self._tty and self._tty.is_asking:
                self._tty.take_back(presses * len(ECHO))
            else:
                # A terminal that is gone shows nothing; the turn will notice.
                with suppress(OSError, ValueError):
                    self._show(self.lines())

    def _presses(self) -> int:
        """How often the key was pressed meanwhile, at least once; 0 at the end."""
        count = int(self._wishes.get())
        with suppress(Empty):
            while count and self._wishes.get_nowait():
                count += 1
            return 0
        return count


def _in_short(variables: Sequence[Variable]) -> str:
    told = [f"{each.name} = {each.preview or each.type}" for each in variables[:LOCALS]]
    return ", ".join([*told, "…"] if len(variables) > LOCALS else told)
