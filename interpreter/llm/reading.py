"""Completion objects, as OpenAI and those who copy it send them, read as deltas."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from interpreter.core.ports import (
    CodeDelta,
    Delta,
    Finished,
    FinishReason,
    ReasoningDelta,
    TextDelta,
    Usage,
    UsageDelta,
)
from interpreter.llm.calling import NAME, Call
from interpreter.llm.errors import cut_short
from interpreter.llm.foreign import ServerReport
from interpreter.llm.sse import DONE, Chunk
from interpreter.llm.toolcalls import ToolCall, understood

_REASONS: dict[str, FinishReason] = {
    "stop": "stop",
    "eos": "stop",
    "end_turn": "stop",
    "tool_calls": "stop",
    "function_call": "stop",
    "length": "length",
    "max_tokens": "length",
    "content_filter": "filter",
}


class Reading:
    """One reply, read to its end; it accepts the pieces of a stream and a completion in one piece alike.

    With `origin`, the name of the provider, our own tool is on offer: its first call is code that arrives while it is
    written, later ones are not read.
    """

    def __init__(self, origin: str = "") -> None:
        self._origin = origin
        self._call: Call | None = None
        self._call_index: Any = None
        self._extra: dict[str, Any] = {}
        self._usage: Usage | None = None
        self._reason: FinishReason | None = None
        self._is_whole = False
        self._calls: dict[Any, list[str]] = {}

    def deltas(self, chunks: Iterable[Chunk]) -> Iterator[Delta]:
        """Everything the reply says; raises `ModelFaltered` where it breaks off, `ServerReport` where it says why."""
        for chunk in chunks:
            yield from self._read(chunk)
        yield from self._end()

    def _read(self, chunk: Chunk) -> Iterator[TextDelta | ReasoningDelta | CodeDelta]:
        self._is_whole = self._is_whole or chunk is DONE or chunk.get("object") == "chat.completion"
        if report := _report_in(chunk):
            raise ServerReport(report)
        if isinstance(chunk.get("usage"), dict):
            self._usage = _usage(chunk["usage"])
        for choice in (chunk.get("choices") or [])[:1]:
            yield from self._read_choice(choice)

    def _read_choice(self, choice: dict[str, Any]) -> Iterator[TextDelta | ReasoningDelta | CodeDelta]:
        said = choice.get("delta") or choice.get("message") or {}
        self._is_whole = self._is_whole or bool(choice.get("message"))
        if reasoning := _text(said.get("reasoning_content") or said.get("reasoning")):
            yield ReasoningDelta(reasoning)
        if content := _text(said.get("content") or choice.get("text")):
            yield TextDelta(content)
        yield from self._read_calls(said)
        if reason := choice.get("finish_reason"):
            self._reason = self._reason or _REASONS.get(str(reason).lower(), "error")
        if refusal := _text(said.get("refusal")):
            self._reason = "filter"
            yield TextDelta(refusal)

    def _read_calls(self, said: dict[str, Any]) -> Iterator[CodeDelta]:
        if thoughts := said.get("thinking_blocks"):
            self._extra.setdefault("thinking_blocks", []).extend(thoughts)
        calls = list(said.get("tool_calls") or [])
        if said.get("function_call"):
            calls.append({"index": "function_call", "function": said["function_call"]})
        for position, call in enumerate(calls):
            index = position if call.get("index") is None else call["index"]
            function = call.get("function") or call.get("custom") or {}
            piece = function.get("arguments") or function.get("input") or ""
            arguments = piece if isinstance(piece, str) else json.dumps(piece)
            if self._is_ours(index, call, function):
                yield from self._read_call(call, arguments)
            else:
                collected = self._calls.setdefault(index, ["", ""])
                collected[0] = collected[0] or function.get("name") or ""
                collected[1] += arguments

    def _is_ours(self, index: Any, call: dict[str, Any], function: dict[str, Any]) -> bool:
        """Whether this is (more of) the first call of the tool that was offered."""
        if self._origin and self._call is None and not self._calls and function.get("name") == NAME:
            self._call, self._call_index = Call(str(call.get("id") or ""), {}), index
            return True
        # a provider that gives each call whole, and all of them the same index, gives each a name
        is_another = function.get("name") is not None and bool(self._call and self._call.raw)
        return self._call is not None and index == self._call_index and not is_another

    def _read_call(self, call: dict[str, Any], arguments: str) -> Iterator[CodeDelta]:
        assert self._call is not None
        if signed := call.get("provider_specific_fields"):
            self._call.sign({"provider_specific_fields": signed})
        yield from self._call.feed(arguments)

    def _end_of_call(self, call: Call) -> Iterator[Delta]:
        """What a call comes to that is no code, or only the beginning of it."""
        if call.is_whole and call.has_code:
            return
        if call.has_code:
            self._reason = "error" if self._reason == "stop" else self._reason
        elif meant := understood([ToolCall(NAME, call.raw)]):
            self._call = None
            yield meant

    def _end(self) -> Iterator[Delta]:
        if self._reason is None and not self._is_whole:
            raise cut_short()
        self._reason = self._reason or "stop"
        if self._call is not None:
            yield from self._end_of_call(self._call)
        elif self._reason == "stop" and (meant := understood(ToolCall(*call) for call in self._calls.values())):
            yield meant
        if self._usage is not None:
            yield UsageDelta(self._usage)
        is_called = self._call is not None and self._reason == "stop"
        yield Finished(self._reason, self._call.native(self._origin, self._extra) if self._call and is_called else None)


def _report_in(chunk: Chunk) -> Any:
    """An error in place of, or inside, a choice; None where all is well."""
    if chunk.get("object") == "error":
        return chunk
    choices = chunk.get("choices") or [{}]
    return chunk.get("error") or choices[0].get("error")


def _usage(told: dict[str, Any]) -> Usage:
    details = told.get("prompt_tokens_details") or {}
    cached = details.get("cached_tokens") or told.get("prompt_cache_hit_tokens")
    kept = told.get("cache_creation_input_tokens") or details.get("cache_creation_tokens")
    return Usage(told.get("prompt_tokens") or 0, told.get("completion_tokens") or 0, cached or 0, kept_tokens=kept or 0)


def _text(content: Any) -> str:
    """Content is a string, or a list of parts that hold one."""
    if isinstance(content, list):
        return "".join(_text(part.get("text")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""
