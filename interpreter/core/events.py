"""What a turn reports while it happens; front ends show it, recorders keep it."""

import re
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

from interpreter.core.errors import InterpreterError
from interpreter.core.messages import CodeBlock, Message, Output
from interpreter.core.ports import CodeDelta as CodeDelta
from interpreter.core.ports import ReasoningDelta as ReasoningDelta
from interpreter.core.ports import Request, Usage
from interpreter.core.ports import Retrying as Retrying

SCHEMA = 1
"""Version of the events' form in `--json`; grows when a reader of the old form would misread the new one."""

TurnReason: TypeAlias = Literal[
    "answered", "refused", "unapproved", "interrupted", "step_limit", "budget", "stuck", "failed"
]


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """The first event of a conversation: which model answers, where code runs."""

    model: str
    place: str
    folder: str
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True)
class ProseDelta:
    """The next characters of the reply that are not code to run."""

    text: str


@dataclass(frozen=True, slots=True)
class CodeStarted:
    """A block to run begins."""

    language: str


@dataclass(frozen=True, slots=True)
class CodeEnded:
    """A block to run is complete; `sha256` is the block's (see `CodeBlock.sha256`)."""

    block: CodeBlock
    sha256: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", self.block.sha256)


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """Somebody is about to be asked."""

    request: Request


@dataclass(frozen=True, slots=True)
class ExecutionStarted:
    """Exactly this block is about to run; its first byte goes to the kernel after this event was taken."""

    block: CodeBlock
    sha256: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", self.block.sha256)


@dataclass(frozen=True, slots=True)
class OutputReceived:
    """The running block wrote, displayed or raised something.

    `replaces` names the earlier display whose place it takes; `clears` says that all earlier output of the block is
    void.
    """

    output: Output
    replaces: str | None = None
    clears: bool = False


@dataclass(frozen=True, slots=True)
class UsageReported:
    """What the reply cost in tokens."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class MessageAdded:
    """The conversation grew by one message."""

    message: Message


@dataclass(frozen=True, slots=True)
class Notice:
    """A line for the user that is neither reply nor output."""

    text: str


@dataclass(frozen=True, slots=True)
class ErrorRaised:
    """Something the user must act on ended the turn."""

    error: InterpreterError


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The last event of a turn."""

    reason: TurnReason


Event: TypeAlias = (
    SessionStarted
    | ProseDelta
    | ReasoningDelta
    | CodeStarted
    | CodeDelta
    | CodeEnded
    | ApprovalAsked
    | ExecutionStarted
    | OutputReceived
    | UsageReported
    | MessageAdded
    | Notice
    | Retrying
    | ErrorRaised
    | TurnEnded
)


def as_record(event: Event) -> dict[str, Any]:
    """The event as JSON values: `type` is its name in snake case, the rest its fields."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
    if isinstance(event, ErrorRaised):
        error = event.error
        return {"type": name, "error": type(error).__name__, "message": str(error), "hint": error.hint}
    return {"type": name, **asdict(event)}
