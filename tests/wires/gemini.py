"""Gemini's generateContent: candidates with parts; a call comes whole, a stream is asked for in the path."""

import json
from collections.abc import Iterator
from typing import Any

from tests.scripted_replies import Plain, Says, ToolCall
from tests.wires.wire import Wire, cut, event

_STOPS = {"stop": "STOP", "tool_calls": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}
_KINDS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}

SIGNATURE = "dGhvdWdodA=="
"""What Gemini wants back with a call."""


def _said(reply: Says, body: dict[str, Any]) -> Iterator[bytes]:
    if reply.reasoning:
        yield event(_answer([{"text": reply.reasoning, "thought": True}]))
    for piece in cut(reply.text, reply.chunk):
        yield event(_answer([{"text": piece}]))
    if reply.finish:
        usage = {"usageMetadata": _usage(*reply.usage, reply.cached)} if reply.usage else {}
        yield event({**_answer([{"text": ""}], reply.finish), **usage})


def _called(reply: ToolCall) -> Iterator[bytes]:
    if reply.text:
        yield event(_answer([{"text": reply.text}]))
    calls = [{"functionCall": {"name": name, "args": json.loads(arguments)}} for name, arguments in reply.calls]
    signed = [{**calls[0], "thoughtSignature": SIGNATURE}, *calls[1:]]
    yield event({**_answer(signed, reply.finish), "usageMetadata": _usage(10, 5, 0)})


def _begun(text: str) -> Iterator[bytes]:
    yield event(_answer([{"text": text}]))


def _whole(reply: Plain) -> dict[str, Any]:
    return {**_answer([{"text": reply.text}], reply.finish or "stop"), "usageMetadata": _usage(10, 5, 0)}


def _refusal(status: int, message: str, code: str) -> dict[str, Any]:
    return {"error": {"code": status, "message": message, "status": _KINDS.get(status, "UNKNOWN")}}


def _answer(parts: list[dict[str, Any]], finish: str | None = None) -> dict[str, Any]:
    stop = {"finishReason": _STOPS.get(finish, finish)} if finish else {}
    candidate = {"content": {"parts": parts, "role": "model"}, "index": 0, **stop}
    return {"candidates": [candidate], "modelVersion": "scripted", "responseId": "r1"}


def _usage(prompt: int, completion: int, cached: int) -> dict[str, Any]:
    counts = {"promptTokenCount": prompt, "candidatesTokenCount": completion, "totalTokenCount": prompt + completion}
    return {**counts, **({"cachedContentTokenCount": cached} if cached else {})}


GEMINI = Wire(
    name="gemini",
    base="/v1beta",
    content_type="text/event-stream",
    streams=lambda path, body: "streamGenerateContent" in path,
    said=_said,
    called=_called,
    begun=_begun,
    whole=_whole,
    refusal=_refusal,
)
