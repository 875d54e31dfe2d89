"""A conversation in the form that chat models read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Literal, NamedTuple, TypeAlias, assert_never

from interpreter.core.feedback import ask, describe
from interpreter.core.messages import Correction, Execution, Image, Instruction, Message, Reply
from interpreter.core.pictures import describe_picture

Role: TypeAlias = Literal["user", "assistant"]
Part: TypeAlias = str | Image

_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL and lone surrogates: no JSON text that every provider takes can hold them."""

_NOTHING: dict[Role, str] = {"user": "Go on.", "assistant": "(nothing)"}
"""What stands where a role has no text, since providers refuse an empty content."""


class Group(NamedTuple):
    """Neighbours of one role, which become one chat message; `instruction` is the last one before them."""

    role: Role
    messages: tuple[Message, ...] = ()
    instruction: str = ""


def to_chat(system: str, messages: Sequence[Message], *, sees_images: bool, small: bool) -> list[dict[str, Any]]:
    """OpenAI chat messages: system first, then user and assistant in turn, user at both ends, none empty."""
    return [*head(system), *(chat_message(group, sees_images=sees_images, small=small) for group in grouped(messages))]


def head(system: str) -> list[dict[str, Any]]:
    """The chat message of the system, if it has something to say."""
    return [{"role": "system", "content": _clean(system)}] if system.strip() else []


def grouped(messages: Iterable[Message], instruction: str = "") -> list[Group]:
    """The messages in groups of user and assistant in turn, an empty one of the user's where one is missing.

    `instruction` is the last one before them.
    """
    groups = list(_groups(messages, instruction))
    if not groups or groups[0].role != "user":
        groups.insert(0, Group("user"))
    if groups[-1].role != "user":
        groups.append(Group("user"))
    return groups


def chat_message(group: Group, *, sees_images: bool, small: bool) -> dict[str, Any]:
    """What the model reads of a group."""
    return {"role": group.role, "content": _content(group.role, list(_parts(group, small)), sees_images)}


def has_images(messages: Iterable[Message]) -> bool:
    """Whether it matters if the model sees pictures."""
    return any(message.images for message in messages if isinstance(message, Instruction | Execution))


def _groups(messages: Iterable[Message], instruction: str) -> Iterator[Group]:
    for role, neighbours in groupby(messages, key=_role):
        group = Group(role, tuple(neighbours), instruction)
        yield group
        for message in group.messages:
            if isinstance(message, Instruction):
                instruction = message.text


def _role(message: Message) -> Role:
    return "assistant" if isinstance(message, Reply) else "user"


def _parts(group: Group, small: bool) -> Iterator[Part]:
    instruction = group.instruction
    for message in group.messages:
        match message:
            case Correction(text):
                yield text
            case Instruction():
                instruction = message.text
                yield ask(message.text, small=small)
                yield from message.images
            case Reply():
                yield _said(message)
            case Execution():
                yield describe(message, instruction, small=small)
                yield from message.images
            case _:
                assert_never(message)


def _said(reply: Reply) -> str:
    """The reply as the model wrote it; a block that came as a native call is written as a fence."""
    if reply.block is None or reply.text.strip():
        return reply.text
    return reply.block.fenced


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
    # asked first, since the whole history is cleaned for every request
    is_clean = text.isascii() and "\0" not in text
    return text if is_clean else _UNSENDABLE.sub("\ufffd", text)
