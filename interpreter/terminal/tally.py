"""What a session has taken so far: turns, steps, seconds, tokens, dollars."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from interpreter.core.events import ApprovalAsked, Event, ExecutionStarted, MessageAdded, TurnEnded, UsageReported
from interpreter.core.messages import Instruction, Reply
from interpreter.core.ports import Usage


def _unknown(usage: Usage) -> float | None:
    return None


@dataclass(slots=True)
class Tally:
    """Counts events as they come; `clock` gives seconds, `price` the dollars of a reply, None where nobody knows them.

    The time that a person takes to answer the question below a block is no part of the turn's seconds.
    Prices are looked up when a cost is asked for. `context` is the usage of the last reply alone: what it
    read and wrote is what the next one begins with.
    """

    clock: Callable[[], float] = time.monotonic
    price: Callable[[Usage], float | None] = _unknown
    began: float = field(init=False)
    turn_began: float = field(init=False)
    turns: int = 0
    steps: int = 0
    turn_steps: int = 0
    turn_seconds: float = 0.0
    turn: Usage = field(default_factory=Usage)
    session: Usage = field(default_factory=Usage)
    is_in_turn: bool = False
    context: Usage = field(default_factory=Usage)
    _has_replied: bool = False
    _asked_at: float | None = None

    def __post_init__(self) -> None:
        self.began = self.turn_began = self.clock()

    @property
    def seconds(self) -> float:
        """How old the session is."""
        return self.clock() - self.began

    @property
    def turn_cost(self) -> float | None:
        """Dollars of the turn; None where a price is not known."""
        return self.price(self.turn)

    def take(self, event: Event) -> None:
        """Count one event."""
        if self._asked_at is not None:
            self.turn_began += self.clock() - self._asked_at
            self._asked_at = None
        match event:
            case ApprovalAsked():
                self._asked_at = self.clock()
            case MessageAdded(Instruction()):
                self.turns, self.turn_steps = self.turns + 1, 0
                self.turn, self.turn_began, self.is_in_turn = Usage(), self.clock(), True
            case ExecutionStarted() if not self.is_in_turn:
                # Typed by the user: no turn and no step, but it takes its time.
                self.turn_steps, self.turn_began = 0, self.clock()
            case MessageAdded(Reply()):
                self.steps, self.turn_steps = self.steps + 1, self.turn_steps + 1
                self._has_replied = True
            case UsageReported(usage):
                self._count(usage)
            case TurnEnded():
                self.turn_seconds, self.is_in_turn = self.clock() - self.turn_began, False

    def _count(self, usage: Usage) -> None:
        self.turn, self.session = self.turn + usage, self.session + usage
        # What explanations of a block take comes without a reply, and is no part of the conversation.
        if self._has_replied:
            self.context, self._has_replied = usage, False
