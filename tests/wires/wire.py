"""What a scripted server must know of a provider's wire format."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.scripted_replies import Plain, Says, ToolCall

Body = dict[str, Any]


@dataclass(frozen=True)
class Wire:
    """A wire format: its streams as bytes, one an event, and the JSON of what comes in one piece.

    `base` is what an address ends in; `streams` tells by path and body whether a request asks for a stream; `begun` is
    a stream up to some text, without its end; `refusal` the body of an error status.
    """

    name: str
    base: str
    content_type: str
    streams: Callable[[str, Body], bool]
    said: Callable[[Says, Body], Iterator[bytes]]
    called: Callable[[ToolCall], Iterator[bytes]]
    begun: Callable[[str], Iterator[bytes]]
    whole: Callable[[Plain], Body]
    refusal: Callable[[int, str, str], Body]


def event(value: Body, name: str = "") -> bytes:
    """A server-sent event."""
    return b"%bdata: %b\n\n" % (f"event: {name}\n".encode() if name else b"", json.dumps(value).encode())


def cut(text: str, size: int | None) -> Iterator[str]:
    """The text in pieces of `size` characters, or whole."""
    step = size or max(1, len(text))
    return (text[at : at + step] for at in range(0, len(text), step))
