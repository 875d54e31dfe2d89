"""What Ctrl-T shows: for how long what has been running, and where the block is; looked up in a thread of its own."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue

from interpreter.core.events import Event, ExecutionStarted, MessageAdded
from interpreter.core.messages import Variable
from interpreter.core.ports import Frame

GOODBYE_SECONDS = 4.0
"""A look at a block takes three seconds at most."""
FRAMES = 6
LOCALS = 5


class Glances:
    """Follows a turn by its events; `peek` looks at the running block, `show` draws lines between other things.

    While somebody `is_asking`, a person is typing, and nothing is drawn.
    """

    def __init__(
        self,
        peek: Callable[[], tuple[Frame, ...]],
        show: Callable[[Sequence[str]], None],
        is_asking: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wishes: SimpleQueue[bool] = SimpleQueue()
        self._peek = peek
        self._show = show
        self._is_asking = is_asking
        self._clock = clock
        self._is_running = False
        self._since = clock()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """A turn runs meanwhile."""
        thread = threading.Thread(target=self._answer, name="glances", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._wishes.put(False)
            thread.join(GOODBYE_SECONDS)

    def wish(self) -> None:
        """The key was pressed; for any thread."""
        self._wishes.put(True)

    def take(self, event: Event) -> None:
        """Know what happens."""
        match event:
            case ExecutionStarted():
                self._is_running, self._since = True, self._clock()
            case MessageAdded():
                self._is_running, self._since = False, self._clock()

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
        while self._is_wished():
            lines = self.lines()
            # A terminal that is gone shows nothing; the turn will notice.
            with suppress(OSError, ValueError):
                if not self._is_asking():
                    self._show(lines)

    def _is_wished(self) -> bool:
        """Wait until the key is pressed; what was pressed meanwhile is one wish. False at the end."""
        is_wished = self._wishes.get()
        with suppress(Empty):
            while is_wished:
                is_wished = self._wishes.get_nowait()
        return is_wished


def _in_short(variables: Sequence[Variable]) -> str:
    told = [f"{each.name} = {each.preview or each.type}" for each in variables[:LOCALS]]
    return ", ".join([*told, "…"] if len(variables) > LOCALS else told)
