"""A conversation in the form that chat models read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Literal, TypeAlias, assert_never

from interpreter.core.feedback import describe
from interpreter.core.messages import Execution, Image, Instruction, Message, Reply
from interpreter.llm.pictures import describe_picture

Role: TypeAlias = Literal["user", "assistant"]
Part: TypeAlias = str | Image
Turn: TypeAlias = tuple[Role, list[Part]]

_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL and lone surrogates: no JSON text that every provider takes can hold them."""

_NOTHING: dict[Role, str] = {"user": "Go on.", "assistant": "(nothing)"}
"""What stands where a role has no text, since providers refuse an empty content."""


def to_chat(system: str, messages: Sequence[Message], *, sees_images: bool, small: bool) -> list[dict[str, Any]]:
    """OpenAI chat messages: system first, then user and assistant in turn, user at both ends, none empty."""
    turns = list(_merged(_turns(messages, small)))
    if not turns or turns[0][0] != "user":
        turns.insert(0, ("user", []))
    if turns[-1][0] != "user":
        turns.append(("user", []))
    head = [{"role": "system", "content": _clean(system)}] if system.strip() else []
    return head + [{"role": role, "content": _content(role, parts, sees_images)} for role, parts in turns]


def has_images(messages: Iterable[Message]) -> bool:
    """Whether it matters if the model sees pictures."""
    return any(message.images for message in messages if isinstance(message, Instruction | Execution))


def _turns(messages: Iterable[Message], small: bool) -> Iterator[Turn]:
    instruction = ""
    for message in messages:
        match message:
            case Instruction():
                instruction = message.text
                yield "user", [message.text, *message.images]
            case Reply():
                yield "assistant", [_said(message)]
            case Execution():
                yield "user", [describe(message, instruction, small=small), *message.images]
            case _:
                assert_never(message)


def _said(reply: Reply) -> str:
    """The reply as the model wrote it; a block that came as a native call is written as a fence."""
    if reply.block is None or reply.text.strip():
        return reply.text
    return reply.block.fenced


def _merged(turns: Iterable[Turn]) -> Iterator[Turn]:
    for role, group in groupby(turns, key=lambda turn: turn[0]):
        yield role, [part for _, parts in group for part in parts]


def _content(role: Role, parts: list[Part], sees_images: bool) -> str | list[dict[str, Any]]:
    images = [part for part in parts if sees_images and isinstance(part, Image)]
    lines = [_line(part) for part in parts if isinstance(part, str) or not sees_images]
    text = _clean("\n\n".join(line for line in lines if line.strip())) or ("" if images else _NOTHING[role])
    if not images:
        return text
    words = [{"type": "text", "text": text}] if text else []
    return words + [{"type": "image_url", "image_url": {"url": _url(image)}} for image in images]


def _line(part: Part) -> str:
    return part if isinstance(part, str) else describe_picture(part)


def _url(image: Image) -> str:
    return f"data:{image.mime};base64,{''.join(image.data.split())}"


def _clean(text: str) -> str:
    return _UNSENDABLE.sub("\ufffd", text)
