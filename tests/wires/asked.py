"""A request as it came, in whatever form, read into one: what a model was asked."""

import json
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from tests.wires.wire import Body


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Picture:
    data: str


@dataclass(frozen=True)
class Call:
    """A tool call told back; `id` is None where the format has none."""

    id: str | None
    name: str
    arguments: dict[str, Any]
    signature: str | None = None


@dataclass(frozen=True)
class Answer:
    """What came of a tool call."""

    id: str | None
    text: str


Part: TypeAlias = Text | Picture | Call | Answer


@dataclass(frozen=True)
class Turn:
    role: Literal["user", "assistant", "tool"]
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts if isinstance(part, Text))


@dataclass(frozen=True)
class Asked:
    """`tools` are the names of those offered; roles are as the format has them (`tool` only where it knows it)."""

    system: str
    turns: tuple[Turn, ...]
    temperature: float | None
    limit: int | None
    tools: tuple[str, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for turn in self.turns for part in turn.parts)


def asked(wire: str, body: Body) -> Asked:
    """What a request of that wire format says."""
    return {"openai": _openai, "anthropic": _anthropic, "gemini": _gemini, "ollama": _ollama}[wire](body)


def key_in(wire: str, headers: dict[str, str]) -> str | None:
    """The key where that format wants it."""
    name = {"anthropic": "x-api-key", "gemini": "x-goog-api-key"}.get(wire, "authorization")
    return headers.get(name, "").removeprefix("Bearer ") or None


def _openai(body: Body) -> Asked:
    messages = body["messages"]
    return Asked(
        "".join(message["content"] for message in messages if message["role"] == "system"),
        tuple(Turn(message["role"], _openai_parts(message)) for message in messages if message["role"] != "system"),
        body.get("temperature"),
        body.get("max_tokens") or body.get("max_completion_tokens"),
        tuple(tool["function"]["name"] for tool in body.get("tools") or ()),
    )


def _openai_parts(message: Body) -> tuple[Part, ...]:
    content = message.get("content") or []
    if message["role"] == "tool":
        assert isinstance(content, str)
        return (Answer(message["tool_call_id"], content),)
    parts: list[Part] = [Text(content)] if isinstance(content, str) else []
    for part in [] if isinstance(content, str) else content:
        is_text = part["type"] == "text"
        parts.append(Text(part["text"]) if is_text else Picture(part["image_url"]["url"].partition(",")[2]))
    for call in message.get("tool_calls") or ():
        assert call["type"] == "function"
        parts.append(Call(call["id"], call["function"]["name"], json.loads(call["function"]["arguments"])))
    return tuple(parts)


def _anthropic(body: Body) -> Asked:
    return Asked(
        _joined(body.get("system", "")),
        tuple(Turn(message["role"], _anthropic_parts(message["content"])) for message in body["messages"]),
        body.get("temperature"),
        body.get("max_tokens"),
        tuple(tool["name"] for tool in body.get("tools") or ()),
    )


def _anthropic_parts(content: str | list[Body]) -> tuple[Part, ...]:
    if isinstance(content, str):
        return (Text(content),)
    parts: list[Part] = []
    for part in content:
        match part["type"]:
            case "text":
                parts.append(Text(part["text"]))
            case "image":
                assert part["source"]["type"] == "base64"
                parts.append(Picture(part["source"]["data"]))
            case "tool_use":
                parts.append(Call(part["id"], part["name"], part["input"]))
            case "tool_result":
                parts.append(Answer(part["tool_use_id"], _joined(part["content"])))
            case other:
                raise AssertionError(other)
    return tuple(parts)


def _joined(content: str | list[Body]) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def _gemini(body: Body) -> Asked:
    system = body.get("system_instruction") or body.get("systemInstruction") or {"parts": []}
    config = body.get("generationConfig") or body.get("generation_config") or {}
    declared = [tool.get("function_declarations") or tool.get("functionDeclarations") for tool in body.get("tools", ())]
    return Asked(
        _joined(system["parts"]),
        tuple(
            Turn("assistant" if turn["role"] == "model" else "user", tuple(map(_gemini_part, turn["parts"])))
            for turn in body["contents"]
        ),
        config.get("temperature"),
        config.get("max_output_tokens") or config.get("maxOutputTokens"),
        tuple(function["name"] for functions in declared for function in functions),
    )


def _gemini_part(part: Body) -> Part:
    if "text" in part:
        return Text(part["text"])
    if data := part.get("inline_data") or part.get("inlineData"):
        return Picture(data["data"])
    if call := part.get("function_call") or part.get("functionCall"):
        return Call(call.get("id"), call["name"], call["args"], part.get("thoughtSignature"))
    told = part.get("function_response") or part["functionResponse"]
    response = told["response"]
    return Answer(told.get("id"), response.get("content") or response.get("output") or json.dumps(response))


def _ollama(body: Body) -> Asked:
    messages = body["messages"]
    return Asked(
        "".join(message["content"] for message in messages if message["role"] == "system"),
        tuple(Turn(message["role"], _ollama_parts(message)) for message in messages if message["role"] != "system"),
        body["options"].get("temperature"),
        body["options"].get("num_predict"),
        tuple(tool["function"]["name"] for tool in body.get("tools") or ()),
    )


def _ollama_parts(message: Body) -> tuple[Part, ...]:
    if message["role"] == "tool":
        return (Answer(message.get("tool_call_id"), message["content"]),)
    parts: list[Part] = [Text(message["content"])] if message.get("content") else []
    parts += [Picture(data) for data in message.get("images") or ()]
    for call in message.get("tool_calls") or ():
        parts.append(Call(call.get("id"), call["function"]["name"], call["function"]["arguments"]))
    return tuple(parts)
