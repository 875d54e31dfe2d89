"""What a session has taken so far: turns, steps, seconds, tokens, dollars."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from interpreter.core.events import Event, MessageAdded, TurnEnded, UsageReported
from interpreter.core.messages import Instruction, Reply
from interpreter.core.ports import Usage


def _unknown(usage: Usage) -> float | None:
    return None


@dataclass(slots=True)
class Tally:
    """Counts events as they come; `clock` gives seconds, `price` the dollars of a reply, None where nobody knows them.

    A cost is None as soon as that of one reply is not known. `context` is the usage of the last reply alone: what it
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
    turn_cost: float | None = 0.0
    session_cost: float | None = 0.0
    context: Usage = field(default_factory=Usage)
    _has_replied: bool = False

    def __post_init__(self) -> None:
        self.began = self.turn_began = self.clock()

    @property
    def seconds(self) -> float:
        """How old the session is."""
        return self.clock() - self.began

    def take(self, event: Event) -> None:
        """Count one event."""
        match event:
            case MessageAdded(Instruction()):
                self.turns, self.turn_steps = self.turns + 1, 0
                self.turn, self.turn_cost, self.turn_began = Usage(), 0.0, self.clock()
            case MessageAdded(Reply()):
                self.steps, self.turn_steps = self.steps + 1, self.turn_steps + 1
                self._has_replied = True
            case UsageReported(usage):
                self._count(usage)
            case TurnEnded():
                self.turn_seconds = self.clock() - self.turn_began

    def _count(self, usage: Usage) -> None:
        cost = self.price(usage)
        self.turn, self.session = self.turn + usage, self.session + usage
        self.turn_cost, self.session_cost = _sum(self.turn_cost, cost), _sum(self.session_cost, cost)
        # What explanations of a block take comes without a reply, and is no part of the conversation.
        if self._has_replied:
            self.context, self._has_replied = usage, False


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other
