"""What a scripted model server can answer, in whatever wire format it speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Says:
    """A streamed answer, `chunk` characters a piece (None: in one), `delay` seconds between pieces.

    `usage` are prompt and completion tokens; None sends no usage at all.
    """

    text: str
    chunk: int | None = None
    usage: tuple[int, int] | None = (10, 5)
    cached: int = 0
    finish: str | None = "stop"
    reasoning: str = ""
    delay: float = 0.0
    ends: bool = True
    """Whether `[DONE]` is sent."""


@dataclass(frozen=True)
class ToolCall:
    """A streamed call of a function behind some text, its arguments in pieces of `chunk` characters.

    `more` are further calls in the same reply, each a name and its arguments.
    """

    name: str
    arguments: str
    chunk: int = 5
    finish: str = "tool_calls"
    text: str = ""
    more: tuple[tuple[str, str], ...] = ()

    @property
    def calls(self) -> tuple[tuple[str, str], ...]:
        """All calls, the first one first."""
        return ((self.name, self.arguments), *self.more)


@dataclass(frozen=True)
class Fails:
    """An error status; a mapping as body is sent as JSON."""

    status: int
    body: Mapping[str, Any] | str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refuses:
    """An error status in the form that the provider gives its errors; `code` where it has such a member."""

    status: int
    message: str
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Breaks:
    """Sends the text, then these bytes, and ends the stream in good order."""

    text: str
    rest: bytes = b""


@dataclass(frozen=True)
class Hangs:
    """Takes the request and sends nothing, until the client leaves."""


@dataclass(frozen=True)
class Stalls:
    """Sends the text, then nothing, until the client leaves."""

    text: str


@dataclass(frozen=True)
class Cuts:
    """Sends the text and closes the connection in the middle of the stream."""

    text: str


@dataclass(frozen=True)
class Plain:
    """A completion in one piece of JSON, whatever was asked for."""

    text: str
    finish: str | None = "stop"
    extra: Mapping[str, Any] = field(default_factory=dict)
    """More members of the message, such as `tool_calls`."""


@dataclass(frozen=True)
class Raw:
    """These bytes as the body; they are sent as they stand."""

    body: bytes
    content_type: str = "text/event-stream"


@dataclass(frozen=True)
class OnlyPlain:
    """Refuses to stream, and answers a request that does not ask for it."""

    text: str


Script: TypeAlias = Says | ToolCall | Fails | Refuses | Breaks | Hangs | Stalls | Cuts | Plain | Raw | OnlyPlain
