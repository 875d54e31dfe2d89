"""Which words of the protocol a server takes, learnt from what it rejects."""

import re
from dataclasses import dataclass, replace
from typing import Any, Self

from interpreter.core.errors import ContextTooLong, InterpreterError, ModelFailed, UnknownModel
from interpreter.llm.calling import TOOL

_REJECTED = (400, 405, 422, 501)
_ELSE = (None, 401, 402, 403, 408, 429)
"""Statuses that never are about the words of a request."""
_COUNTING = re.compile("stream_?options|include_?usage", re.IGNORECASE)
_STREAMING = re.compile(r"\bstream", re.IGNORECASE)
_TOOLS = re.compile(r"\btools?\b|tool_|function.?call", re.IGNORECASE)
_VALUE = re.compile("too (large|small|high|low)|at (most|least)|(less|greater) than|between|must be", re.IGNORECASE)
"""Words about a value of the user's, which is theirs to correct, and not about the parameter."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """The optional parts of a request; `other_name` is tried where nobody knows the model by `wire_name`.

    `guesses` tells whether the count of tokens is given up where a server only says that the request is bad, `tools`
    whether code is asked for as a call, `singles` whether the wish for one call a reply is sent with that.
    """

    wire_name: str
    other_name: str
    streams: bool = True
    counts: bool = True
    tempers: bool = True
    limit: str = "max_tokens"
    guesses: bool = True
    tools: bool = False
    singles: bool = True

    def request(
        self, temperature: float | None, max_output_tokens: int | None, seed: int | None = None
    ) -> dict[str, Any]:
        """The body of a request, but for its messages."""
        body: dict[str, Any] = {"model": self.wire_name, "stream": self.streams}
        if self.streams and self.counts:
            body["stream_options"] = {"include_usage": True}
        if self.tempers and temperature is not None:
            body["temperature"] = temperature
        if seed is not None:
            body["seed"] = seed
        if max_output_tokens is not None:
            body[self.limit] = max_output_tokens
        if self.tools:
            body["tools"] = [TOOL]
        if self.tools and self.singles:
            body["parallel_tool_calls"] = False
        return body

    def after(self, rejection: Exception, meaning: InterpreterError) -> Self | None:
        """The dialect to try after an error status, None when other words would not help."""
        status = getattr(rejection, "status_code", None)
        # llama.cpp without templates rejects tools with 500, routers that know no provider with tools with 404
        if self.tools and status not in _ELSE and _TOOLS.search(str(rejection)):
            is_wish = self.singles and "parallel_tool_calls" in str(rejection)
            return replace(self, singles=False) if is_wish else replace(self, tools=False)
        if isinstance(meaning, UnknownModel) and self.wire_name != self.other_name:
            return replace(self, wire_name=self.other_name)
        if status not in _REJECTED or isinstance(meaning, ContextTooLong):
            return None
        if simpler := self._without(str(rejection)):
            return simpler
        # some servers only say that the request is bad: what they know least is the wish for a count of tokens
        is_vague = self.guesses and type(meaning) is ModelFailed and self.streams and self.counts
        return replace(self, counts=False) if is_vague else None

    def _without(self, complaint: str) -> Self | None:
        if _VALUE.search(complaint):
            return None
        if self.streams and self.counts and _COUNTING.search(complaint):
            return replace(self, counts=False)
        if "max_completion_tokens" in complaint:
            return replace(self, limit="max_tokens" if self.limit != "max_tokens" else "max_completion_tokens")
        if self.tempers and "temperature" in complaint:
            return replace(self, tempers=False)
        if self.streams and _STREAMING.search(complaint):
            return replace(self, streams=False)
        return None
