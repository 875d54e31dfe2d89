"""Code as a native tool call: the tool that is offered, a call while it streams, and how it is told back."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from interpreter.core.messages import CodeBlock, Reply
from interpreter.core.ports import CodeDelta, Noted
from interpreter.llm.arguments import Arguments

NAME = "run_code"

TOOL: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": NAME,
        "description": "Run code where the user's instruction says, and get what it printed, displayed or raised. "
        "The kernel stays alive: variables, imports and functions stay for the next call.",
        "parameters": {
            "type": "object",
            "properties": {
                "language": {"type": "string", "description": "Such as python or bash."},
                "code": {"type": "string", "description": "All of the code to run."},
            },
            "required": ["language", "code"],
        },
    },
}
"""Language first: models write members in this order, and code can only be shown once its language is known."""

HOW = (
    f"To run code, call the tool {NAME} instead of writing a fenced block to run: one call a reply. "
    "What it gives back is the output."
)
"""Said behind the system prompt, which speaks of fenced blocks."""


def with_tool(system: str) -> str:
    """The system prompt of a model that is offered the tool."""
    return f"{system}\n\n{HOW}".strip()


def no_tools(name: str) -> Noted:
    """The line for the user of a model that was to get the tool and does not take any."""
    return Noted(f"{name} takes no tools: it writes its code as text.")


class Call:
    """A call of our tool while it streams: deltas in the making, and what must be sent back."""

    def __init__(self, call_id: str, signed: Mapping[str, Any]) -> None:
        self._id = call_id
        self._signed = dict(signed)
        self._arguments = Arguments()
        self._raw: list[str] = []
        self._language = ""
        self._is_named = False
        self._waiting: list[str] = []
        self._code: list[str] = []

    @property
    def raw(self) -> str:
        """The arguments as they came."""
        return "".join(self._raw)

    @property
    def is_whole(self) -> bool:
        """Whether the arguments are complete."""
        return self._arguments.is_whole

    @property
    def has_code(self) -> bool:
        """Whether anything of it was code."""
        return bool("".join(self._code).strip())

    def feed(self, arguments: str) -> Iterator[CodeDelta]:
        """The code in the next characters of the arguments; code that comes before its language waits for it."""
        self._raw.append(arguments)
        for member, text in self._arguments.feed(arguments):
            if member == "language":
                self._language += text
                self._is_named = self._is_named or not text
            elif member == "code" and text:
                self._waiting.append(text)
        if self._waiting and (self._is_named or self.is_whole):
            yield self._next()

    def sign(self, signed: Mapping[str, Any]) -> None:
        """Note what else the provider wants back with the call."""
        self._signed.update(signed)

    def native(self, origin: str, extra: Mapping[str, Any]) -> dict[str, Any]:
        """The call for `Reply.native`; `origin` tells whose form it is in, `extra` are more members of its message."""
        return {"origin": origin, "id": self._id, "arguments": self.raw, "signed": self._signed, "extra": dict(extra)}

    def _next(self) -> CodeDelta:
        code, self._waiting = "".join(self._waiting), []
        self._code.append(code)
        return CodeDelta(self._language.strip().lower() or "python", code)


def is_call(reply: Reply) -> bool:
    """Whether a reply is a call of our tool, of this provider or another, whose code is the reply's block."""
    native = reply.native
    if reply.block is None or not isinstance(native, Mapping) or not isinstance(native.get("arguments"), str):
        return False
    return _code_in(native["arguments"]) == reply.block.code


def told(reply: Reply, position: int, origin: str) -> dict[str, Any]:
    """The chat message of a reply that is a call; one that another provider made gets a form that any of them takes.

    `position` is the reply's in the conversation, by which calls of others are numbered.
    """
    assert reply.block is not None
    native = reply.native
    is_own = native.get("origin") == origin
    call: dict[str, Any] = {
        "id": native["id"] if is_own else call_id(position),
        "type": "function",
        "function": {"name": NAME, "arguments": native["arguments"] if is_own else _arguments(reply.block)},
        **(native.get("signed", {}) if is_own else {}),
    }
    said = reply.text.removesuffix(reply.block.fenced).strip()
    return {"content": said or None, "tool_calls": [call], **(native.get("extra", {}) if is_own else {})}


def id_told(reply: Reply, position: int, origin: str) -> str:
    """The id under which `told` tells a call."""
    is_own = reply.native.get("origin") == origin
    return str(reply.native["id"]) if is_own else call_id(position)


def call_id(position: int) -> str:
    """Nine letters and digits, which is what the strictest provider takes."""
    return f"call{position:05d}"


def _arguments(block: CodeBlock) -> str:
    return json.dumps({"language": block.language, "code": block.code}, ensure_ascii=False)


def _code_in(arguments: str) -> str | None:
    return "".join(text for member, text in Arguments().feed(arguments) if member == "code")
