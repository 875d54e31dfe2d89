"""What a scripted model server can answer, and how that looks on the wire."""

import json
from collections.abc import Iterator, Mapping
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
    """A streamed call of a function, its arguments in pieces of `chunk` characters."""

    name: str
    arguments: str
    chunk: int = 5
    finish: str = "tool_calls"


@dataclass(frozen=True)
class Fails:
    """An error status; a mapping as body is sent as JSON."""

    status: int
    body: Mapping[str, Any] | str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


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


Script: TypeAlias = Says | ToolCall | Fails | Hangs | Stalls | Cuts | Plain | Raw | OnlyPlain


def pieces(reply: Says, body: dict[str, Any]) -> Iterator[bytes]:
    yield chunk({"role": "assistant", "content": ""})
    if reply.reasoning:
        yield chunk({"reasoning_content": reply.reasoning})
    size = reply.chunk or max(1, len(reply.text))
    for at in range(0, len(reply.text), size):
        yield chunk({"content": reply.text[at : at + size]})
    if reply.finish:
        yield chunk({}, reply.finish)
    if reply.usage and (body.get("stream_options") or {}).get("include_usage"):
        yield _event({**_head(), "choices": [], "usage": _usage(*reply.usage, reply.cached)})
    if reply.ends:
        yield b"data: [DONE]\n\n"


def call_pieces(reply: ToolCall) -> Iterator[bytes]:
    named = {"index": 0, "id": "call_1", "type": "function", "function": {"name": reply.name, "arguments": ""}}
    yield chunk({"role": "assistant", "content": None, "tool_calls": [named]})
    for at in range(0, len(reply.arguments), reply.chunk):
        piece = {"arguments": reply.arguments[at : at + reply.chunk]}
        yield chunk({"tool_calls": [{"index": 0, "function": piece}]})
    yield chunk({}, reply.finish)
    yield b"data: [DONE]\n\n"


def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
    return _event({**_head(), "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def _event(value: dict[str, Any]) -> bytes:
    return b"data: %b\n\n" % json.dumps(value).encode()


def _head() -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1700000000, "model": "scripted"}


def completion(message: dict[str, Any], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return {**_head(), "object": "chat.completion", "choices": [choice], "usage": _usage(10, 5, 0)}


def _usage(prompt: int, completion: int, cached: int) -> dict[str, Any]:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": cached},
    }
