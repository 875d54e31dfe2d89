"""Ollama's /api/chat: a JSON object a line; a call comes whole."""

import json
from collections.abc import Iterator
from typing import Any

from tests.scripted_replies import Plain, Says, ToolCall
from tests.wires.wire import Wire, cut

# litellm asks the server about a model whose name it has not seen in the request
_HEAD = {"model": "xyz", "created_at": "2026-11-01T08:00:00.000000Z"}


def _said(reply: Says, body: dict[str, Any]) -> Iterator[bytes]:
    named = {"model": body.get("model", "xyz")}
    if reply.reasoning:
        yield _line({**_message(thinking=reply.reasoning), **named})
    for piece in cut(reply.text, reply.chunk):
        yield _line({**_message(piece), **named})
    if reply.finish:
        yield _line({**_end(reply.finish, reply.usage), **named})


def _called(reply: ToolCall) -> Iterator[bytes]:
    if reply.text:
        yield _line(_message(reply.text))
    for name, arguments in reply.calls:
        function = {"name": name, "arguments": json.loads(arguments)}
        yield _line(_message(tool_calls=[{"function": function}]))
    yield _line(_end("stop" if reply.finish == "tool_calls" else reply.finish, (10, 5)))


def _begun(text: str) -> Iterator[bytes]:
    yield _line(_message(text))


def _whole(reply: Plain) -> dict[str, Any]:
    return {**_end(reply.finish or "stop", (10, 5)), "message": {"role": "assistant", "content": reply.text}}


def _refusal(status: int, message: str, code: str) -> dict[str, Any]:
    return {"error": message}


def _message(text: str = "", **more: Any) -> dict[str, Any]:
    return {**_HEAD, "message": {"role": "assistant", "content": text, **more}, "done": False}


def _end(finish: str, usage: tuple[int, int] | None) -> dict[str, Any]:
    counts = {"prompt_eval_count": usage[0], "eval_count": usage[1]} if usage else {}
    return {**_message(), "done": True, "done_reason": finish, "total_duration": 5_000_000, **counts}


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"


OLLAMA = Wire(
    name="ollama",
    base="",
    content_type="application/x-ndjson",
    streams=lambda path, body: body.get("stream", True) is not False,
    said=_said,
    called=_called,
    begun=_begun,
    whole=_whole,
    refusal=_refusal,
)
