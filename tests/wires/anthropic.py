"""Anthropic's Messages: named events, content in numbered blocks."""

from collections.abc import Iterator
from typing import Any

from tests.scripted_replies import Plain, Says, ToolCall
from tests.wires.wire import Wire, cut, event

_STOPS = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal", "tool_calls": "tool_use"}
_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}


def _said(reply: Says, body: dict[str, Any]) -> Iterator[bytes]:
    usage = reply.usage or (0, 0)
    yield _start(usage[0], reply.cached)
    index = 0
    if reply.reasoning:
        yield from _block(index, {"type": "thinking", "thinking": "", "signature": ""}, _thoughts(reply.reasoning))
        index += 1
    texts = ({"type": "text_delta", "text": piece} for piece in cut(reply.text, reply.chunk))
    yield from _block(index, {"type": "text", "text": ""}, texts)
    if reply.finish:
        yield from _end(reply.finish, usage[1])


def _called(reply: ToolCall) -> Iterator[bytes]:
    yield _start(10, 0)
    index = 0
    if reply.text:
        yield from _block(index, {"type": "text", "text": ""}, iter([{"type": "text_delta", "text": reply.text}]))
        index += 1
    for name, arguments in reply.calls:
        pieces = ({"type": "input_json_delta", "partial_json": piece} for piece in cut(arguments, reply.chunk))
        yield from _block(index, {"type": "tool_use", "id": f"toolu_{index}", "name": name, "input": {}}, pieces)
        index += 1
    yield from _end(reply.finish, 5)


def _begun(text: str) -> Iterator[bytes]:
    yield _start(10, 0)
    yield _named({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
    yield _named({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}})


def _whole(reply: Plain) -> dict[str, Any]:
    stop = _STOPS.get(reply.finish or "stop", reply.finish)
    content = [{"type": "text", "text": reply.text}]
    return {**_message(10, 0), "content": content, "stop_reason": stop, "usage": _usage(10, 5, 0)}


def _refusal(status: int, message: str, code: str) -> dict[str, Any]:
    kind = _KINDS.get(status, "api_error")
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}


def _thoughts(text: str) -> Iterator[dict[str, Any]]:
    yield {"type": "thinking_delta", "thinking": text}
    yield {"type": "signature_delta", "signature": "c2lnbmVk"}


def _start(tokens: int, cached: int) -> bytes:
    return _named({"type": "message_start", "message": _message(tokens, cached)})


def _block(index: int, begun: dict[str, Any], deltas: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    yield _named({"type": "content_block_start", "index": index, "content_block": begun})
    yield _named({"type": "ping"})
    for delta in deltas:
        yield _named({"type": "content_block_delta", "index": index, "delta": delta})
    yield _named({"type": "content_block_stop", "index": index})


def _end(finish: str, tokens: int) -> Iterator[bytes]:
    delta = {"stop_reason": _STOPS.get(finish, finish), "stop_sequence": None}
    yield _named({"type": "message_delta", "delta": delta, "usage": {"output_tokens": tokens}})
    yield _named({"type": "message_stop"})


def _message(tokens: int, cached: int) -> dict[str, Any]:
    usage = _usage(tokens, 1, cached)
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": "scripted", "content": []}
    return {**head, "stop_reason": None, "stop_sequence": None, "usage": usage}


def _usage(prompt: int, completion: int, cached: int) -> dict[str, Any]:
    # what was read from the cache is not among the input tokens
    return {
        "input_tokens": prompt - cached,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": cached,
        "output_tokens": completion,
    }


def _named(value: dict[str, Any]) -> bytes:
    return event(value, value["type"])


ANTHROPIC = Wire(
    name="anthropic",
    base="",
    content_type="text/event-stream; charset=utf-8",
    streams=lambda path, body: bool(body.get("stream")),
    said=_said,
    called=_called,
    begun=_begun,
    whole=_whole,
    refusal=_refusal,
)
