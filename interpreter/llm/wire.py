"""A conversation in the form that chat models read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Literal, NamedTuple, TypeAlias, assert_never

from interpreter.core.feedback import ask, describe
from interpreter.core.messages import Correction, Execution, Image, Instruction, Message, Reply
from interpreter.core.pictures import describe_picture
from interpreter.llm.calling import id_told, is_call, told, with_tool

Role: TypeAlias = Literal["user", "assistant"]
Part: TypeAlias = str | Image

_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL and lone surrogates: no JSON text that every provider takes can hold them."""

_NOTHING: dict[Role, str] = {"user": "Go on.", "assistant": "(nothing)"}
"""What stands where a role has no text, since providers refuse an empty content."""


class Form(NamedTuple):
    """How a conversation is told: with its pictures, to a small model, with native calls in the form of `origin`.

    Without `origin` a call is told as a fence.
    """

    sees_images: bool = False
    small: bool = False
    origin: str = ""


class Group(NamedTuple):
    """Neighbours of one role, which become one chat message, or two where an execution answers a native call.

    `instruction` is the last one before them, `end` the position of the message behind them, `before` the reply before
    them where that is a call.
    """

    role: Role
    messages: tuple[Message, ...] = ()
    instruction: str = ""
    end: int = 0
    before: Reply | None = None


def to_chat(system: str, messages: Sequence[Message], form: Form) -> list[dict[str, Any]]:
    """OpenAI chat messages: system first, then user and assistant in turn, user at both ends, none empty."""
    told = (message for group in grouped(messages) for message in chat_messages(group, form))
    return [*head(system, form), *told]


def head(system: str, form: Form) -> list[dict[str, Any]]:
    """The chat message of the system, if it has something to say."""
    system = with_tool(system) if form.origin else system
    return [{"role": "system", "content": _clean(system)}] if system.strip() else []


def grouped(messages: Iterable[Message], instruction: str = "", start: int = 0) -> list[Group]:
    """The messages in groups of user and assistant in turn, an empty one of the user's where one is missing.

    `instruction` is the last one before them, `start` the position of the first.
    """
    groups = list(_groups(messages, instruction, start))
    if not groups or groups[0].role != "user":
        groups.insert(0, Group("user", end=start))
    if groups[-1].role != "user":
        groups.append(Group("user", end=groups[-1].end, before=_call_in(groups[-1])))
    return groups


def chat_messages(group: Group, form: Form) -> list[dict[str, Any]]:
    """What the model reads of a group."""
    if form.origin and group.before is not None:
        return _answers(group, group.before, form)
    call = _call_in(group) if form.origin else None
    if call is None:
        return [{"role": group.role, "content": _content(group.role, list(_parts(group, form.small)), form)}]
    said = told(call, group.end, form.origin)
    if len(group.messages) > 1:
        others = [*_parts(group._replace(messages=group.messages[:-1]), form.small), said["content"] or ""]
        said["content"] = _content("assistant", others, form)
    return [_sendable({"role": "assistant", **said})]


def has_images(messages: Iterable[Message]) -> bool:
    """Whether it matters if the model sees pictures."""
    return any(message.images for message in messages if isinstance(message, Instruction | Execution))


def _answers(group: Group, call: Reply, form: Form) -> list[dict[str, Any]]:
    """What came of a call, under its id, and behind it what else the user has to say, and the pictures.

    A call that was not run, because the turn was broken off, is answered too: no provider takes one that is not.
    """
    first, *rest = group.messages or (None,)
    position = group.end - len(group.messages)
    answer: dict[str, Any] = {"role": "tool", "tool_call_id": id_told(call, position, form.origin)}
    if not isinstance(first, Execution):
        others = list(_parts(group, form.small))
        answer["content"] = "It was not run."
    else:
        answer["content"] = _clean(describe(first, group.instruction, small=form.small))
        others = [*first.images, *_parts(group._replace(messages=tuple(rest)), form.small)]
    if not others:
        return [answer]
    return [answer, {"role": "user", "content": _content("user", others, form)}]


def _call_in(group: Group) -> Reply | None:
    """The reply that ends a group where it is a native call."""
    last = group.messages[-1] if group.messages else None
    return last if isinstance(last, Reply) and is_call(last) else None


def _groups(messages: Iterable[Message], instruction: str, start: int) -> Iterator[Group]:
    call = None
    for role, neighbours in groupby(messages, key=_role):
        members = tuple(neighbours)
        start += len(members)
        group = Group(role, members, instruction, start, call)
        yield group
        call = _call_in(group)
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


def _content(role: Role, parts: list[Part], form: Form) -> str | list[dict[str, Any]]:
    images = [part for part in parts if form.sees_images and isinstance(part, Image)]
    lines = [_line(part) for part in parts if isinstance(part, str) or not form.sees_images]
    text = _clean("\n\n".join(line for line in lines if line.strip())) or ("" if images else _NOTHING[role])
    if not images:
        return text
    words = [{"type": "text", "text": text}] if text else []
    return words + [{"type": "image_url", "image_url": {"url": _url(image)}} for image in images]


def _line(part: Part) -> str:
    return part if isinstance(part, str) else describe_picture(part)


def _url(image: Image) -> str:
    return f"data:{image.mime};base64,{''.join(image.data.split())}"


def _sendable(value: Any) -> Any:
    """The same without what no JSON text can hold."""
    match value:
        case str():
            return _clean(value)
        case list():
            return [_sendable(each) for each in value]
        case dict():
            return {name: _sendable(each) for name, each in value.items()}
        case _:
            return value


def _clean(text: str) -> str:
    # asked first, since the whole history is cleaned for every request
    is_clean = text.isascii() and "\0" not in text
    return text if is_clean else _UNSENDABLE.sub("\ufffd", text)
