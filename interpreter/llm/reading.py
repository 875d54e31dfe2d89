"""Completion objects, as OpenAI and those who copy it send them, read as deltas."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from interpreter.core.errors import ModelFaltered
from interpreter.core.ports import Delta, Finished, FinishReason, ReasoningDelta, TextDelta, Usage, UsageDelta
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
    """One reply, read to its end; it accepts the pieces of a stream and a completion in one piece alike."""

    def __init__(self) -> None:
        self._usage: Usage | None = None
        self._reason: FinishReason | None = None
        self._is_whole = False
        self._calls: dict[Any, list[str]] = {}

    def deltas(self, chunks: Iterable[Chunk]) -> Iterator[Delta]:
        """Everything the reply says; raises `ModelFaltered` where it breaks off, `ServerReport` where it says why."""
        for chunk in chunks:
            yield from self._read(chunk)
        yield from self._end()

    def _read(self, chunk: Chunk) -> Iterator[TextDelta | ReasoningDelta]:
        self._is_whole = self._is_whole or chunk is DONE or chunk.get("object") == "chat.completion"
        if report := _report_in(chunk):
            raise ServerReport(report)
        if isinstance(chunk.get("usage"), dict):
            self._usage = _usage(chunk["usage"])
        for choice in (chunk.get("choices") or [])[:1]:
            yield from self._read_choice(choice)

    def _read_choice(self, choice: dict[str, Any]) -> Iterator[TextDelta | ReasoningDelta]:
        said = choice.get("delta") or choice.get("message") or {}
        self._is_whole = self._is_whole or bool(choice.get("message"))
        if reasoning := _text(said.get("reasoning_content") or said.get("reasoning")):
            yield ReasoningDelta(reasoning)
        if content := _text(said.get("content") or choice.get("text")):
            yield TextDelta(content)
        self._collect_calls(said)
        if reason := choice.get("finish_reason"):
            self._reason = self._reason or _REASONS.get(str(reason).lower(), "error")
        if refusal := _text(said.get("refusal")):
            self._reason = "filter"
            yield TextDelta(refusal)

    def _collect_calls(self, said: dict[str, Any]) -> None:
        calls = list(said.get("tool_calls") or [])
        if said.get("function_call"):
            calls.append({"index": "function_call", "function": said["function_call"]})
        for position, call in enumerate(calls):
            index = call.get("index")
            collected = self._calls.setdefault(position if index is None else index, ["", ""])
            function = call.get("function") or call.get("custom") or {}
            piece = function.get("arguments") or function.get("input") or ""
            collected[0] = collected[0] or function.get("name") or ""
            collected[1] += piece if isinstance(piece, str) else json.dumps(piece)

    def _end(self) -> Iterator[Delta]:
        if self._reason is None and not self._is_whole:
            raise ModelFaltered(
                "The connection to the model ended in the middle of its answer.",
                "Try again; what had come is kept, unfinished code is not run.",
            )
        reason = self._reason or "stop"
        if reason == "stop" and (meant := understood(ToolCall(*call) for call in self._calls.values())):
            yield meant
        if self._usage is not None:
            yield UsageDelta(self._usage)
        yield Finished(reason)


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
