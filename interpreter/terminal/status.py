"""What a turn does now, in a few quiet words: what is waited for, for how long, and how many tokens have come."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from interpreter.assembly import Assembled
from interpreter.core.events import (
    ApprovalAsked,
    CodeDelta,
    ErrorRaised,
    Event,
    ExecutionStarted,
    MessageAdded,
    ProseDelta,
    ReasoningDelta,
    Retrying,
    TurnEnded,
)
from interpreter.core.messages import Execution, Instruction
from interpreter.core.visible import visible
from interpreter.terminal.inline import DIM
from interpreter.terminal.wrapped import columns, styled

CALM = 0.3
"""Seconds that something lasts before a word is said of it."""
REMINDS = 5.0
"""Seconds after which the key that stops it is named."""
FEW = 10
"""Tokens; fewer are not worth a word."""
INDENT = "  "
"""Beside the cursor, which stands there where nothing has been drawn on the line."""
SPINNER = "|/-\\"
TURNS = 4
"""Of the spinner, a second: where something long is started, and no text moves."""

Doing: TypeAlias = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the status asks of the parts of the program, at any time and from its own thread."""

    model: Callable[[], str]
    """The model's name."""
    model_is_starting: Callable[[], bool]
    running_kernels: Callable[[], tuple[str, ...]]
    """The languages of the kernels that are up."""


def parts_of(assembled: Assembled) -> Parts:
    """Those of a connected agent."""
    model = assembled.model
    return Parts(lambda: model.name, lambda: model.is_starting, lambda: assembled.kernels.started())


class Status:
    """Follows a turn by its events; `stop` names the key that stops it."""

    def __init__(self, parts: Parts, stop: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._parts = parts
        self._stop = stop
        self._clock = clock
        self._doing: Doing | None = None
        self._since = clock()
        self._bytes = 0
        self._again = ("", self._since)

    def take(self, event: Event) -> None:
        """Know what happens."""
        match event:
            case MessageAdded(Instruction() | Execution()):
                self._begin(self._waiting)
            case ReasoningDelta(text):
                self._has_come(text, self._thinking)
            case ProseDelta(text) | CodeDelta(_, text):
                self._has_come(text, self._writing)
            case Retrying(why, wait):
                self._begin(self._waiting)
                self._again = (visible(why), self._since + wait)
            case ExecutionStarted(block):
                self._begin(self._running(block.language))
            case MessageAdded() | ApprovalAsked() | ErrorRaised() | TurnEnded():
                self._doing = None
            case _:
                pass

    @property
    def line(self) -> str:
        """The words; empty while there is nothing to say."""
        doing, seconds = self._doing, self._clock() - self._since
        if doing is None or seconds < CALM:
            return ""
        why, at = self._again
        if (left := at - self._clock()) >= 0.5:
            return f"asked again in {left:.0f} s: {why}"
        words = [doing()]
        if seconds >= 1:
            words.append(_long(seconds))
        if (tokens := self._bytes // 4) >= FEW:
            words.append(f"~{tokens:,} tokens")
        if seconds >= REMINDS:
            words.append(f"{self._stop} stops")
        return " · ".join(words)

    def lines(self, width: int) -> list[str]:
        """The words as one quiet line narrower than `width`, or as none."""
        # One line, whatever the names and reasons in it hold.
        line = f"{INDENT}{' '.join(visible(self.line).split())}"[: max(0, width - 1)]
        while columns(line) >= width:
            line = line[:-1]
        return [styled(line, DIM)] if line.strip() else []

    def _begin(self, doing: Doing) -> None:
        self._doing, self._since, self._bytes = doing, self._clock(), 0
        self._again = ("", self._since)

    def _has_come(self, text: str, doing: Doing) -> None:
        # The seconds go on from the request: what has come is what was waited for.
        self._bytes += len(text.encode("utf-8", "surrogatepass"))
        self._doing = doing

    def _waiting(self) -> str:
        if self._parts.model_is_starting():
            return f"{self._spinner} loading {_model(self._parts.model())}"
        return f"waiting for {visible(self._parts.model())}"

    def _thinking(self) -> str:
        return "thinking"

    def _writing(self) -> str:
        return "writing"

    def _running(self, language: str) -> Doing:
        def running() -> str:
            if language in self._parts.running_kernels():
                return f"running {language}"
            return f"{self._spinner} starting the {language} kernel"

        return running

    @property
    def _spinner(self) -> str:
        return SPINNER[int(self._clock() * TURNS) % len(SPINNER)]


def _model(name: str) -> str:
    return "the embedded model" if name == "embedded" else visible(name)


def _long(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
