"""OpenAI's chat completions, and those of everybody who copied them."""

from collections.abc import Iterator
from typing import Any

from tests.scripted_replies import Plain, Says, ToolCall
from tests.wires.wire import Wire, cut, event

_HEAD = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1700000000, "model": "scripted"}
_DONE = b"data: [DONE]\n\n"


def _said(reply: Says, body: dict[str, Any]) -> Iterator[bytes]:
    yield _chunk({"role": "assistant", "content": ""})
    if reply.reasoning:
        yield _chunk({"reasoning_content": reply.reasoning})
    for piece in cut(reply.text, reply.chunk):
        yield _chunk({"content": piece})
    if reply.finish:
        yield _chunk({}, reply.finish)
    if reply.usage and (body.get("stream_options") or {}).get("include_usage"):
        yield event({**_HEAD, "choices": [], "usage": _usage(*reply.usage, reply.cached)})
    if reply.ends:
        yield _DONE


def _called(reply: ToolCall) -> Iterator[bytes]:
    yield _chunk({"role": "assistant", "content": reply.text or None})
    for index, (name, arguments) in enumerate(reply.calls):
        named = {"index": index, "id": f"call_{index + 1}", "type": "function"}
        yield _chunk({"tool_calls": [{**named, "function": {"name": name, "arguments": ""}}]})
        for piece in cut(arguments, reply.chunk):
            yield _chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    yield _chunk({}, reply.finish)
    yield _DONE


def _begun(text: str) -> Iterator[bytes]:
    yield _chunk({"content": text})


def _whole(reply: Plain) -> dict[str, Any]:
    message = {"role": "assistant", "content": reply.text, **reply.extra}
    choice = {"index": 0, "message": message, "finish_reason": reply.finish}
    return {**_HEAD, "object": "chat.completion", "choices": [choice], "usage": _usage(10, 5, 0)}


def _refusal(status: int, message: str, code: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "some_error", "code": code or None}}


def _chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
    return event({**_HEAD, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def _usage(prompt: int, completion: int, cached: int) -> dict[str, Any]:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": cached},
    }


OPENAI = Wire(
    name="openai",
    base="/v1",
    content_type="text/event-stream",
    streams=lambda path, body: bool(body.get("stream")),
    said=_said,
    called=_called,
    begun=_begun,
    whole=_whole,
    refusal=_refusal,
)
