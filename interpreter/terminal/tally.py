"""What a session has taken so far: turns, steps, seconds, tokens."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from interpreter.core.events import Event, MessageAdded, TurnEnded, UsageReported
from interpreter.core.messages import Instruction, Reply
from interpreter.core.ports import Usage


@dataclass(slots=True)
class Tally:
    """Counts events as they come; `clock` gives seconds."""

    clock: Callable[[], float] = time.monotonic
    began: float = field(init=False)
    turn_began: float = field(init=False)
    turns: int = 0
    steps: int = 0
    turn_steps: int = 0
    turn_seconds: float = 0.0
    turn: Usage = field(default_factory=Usage)
    session: Usage = field(default_factory=Usage)

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
                self.turn, self.turn_began = Usage(), self.clock()
            case MessageAdded(Reply()):
                self.steps, self.turn_steps = self.steps + 1, self.turn_steps + 1
            case UsageReported(usage):
                self.turn, self.session = self.turn + usage, self.session + usage
            case TurnEnded():
                self.turn_seconds = self.clock() - self.turn_began
