"""A conversation as JSON, each message of it told and encoded once: what a request costs grows with what is new."""

import json
from collections.abc import Sequence
from operator import is_
from typing import Any

from interpreter.core.messages import Message, Reply
from interpreter.llm.wire import Form, chat_messages, grouped, head


class History:
    """Remembers how the messages before the last reply were told; nothing that follows can change that."""

    def __init__(self, *, small: bool) -> None:
        self._form = Form(small=small)
        self._settled: list[Message] = []
        self._instruction = ""
        self._told: list[bytes] = []

    def encoded(self, system: str, messages: Sequence[Message], *, sees_images: bool, origin: str = "") -> bytes:
        """The chat messages of a request as JSON objects, with commas between them; see `Form`."""
        form = self._form._replace(sees_images=sees_images, origin=origin)
        if form != self._form or not self._begins(messages):
            self._forget(form)
        groups = grouped(messages[len(self._settled) :], self._instruction, len(self._settled))
        if self._told:
            # What is settled ends with the user; only a beginning lacks one before its first reply.
            del groups[0]
        texts = [b",".join(map(as_json, chat_messages(group, form))) for group in groups]
        told = [*map(as_json, head(system, form)), *self._told, *texts]
        if len(groups) > 2:
            count = len(messages) - sum(len(group.messages) for group in groups[-2:])
            self._settled += messages[len(self._settled) : count]
            self._instruction = groups[-2].instruction
            self._told += texts[:-2]
        return b",".join(told)

    def _begins(self, messages: Sequence[Message]) -> bool:
        """Whether what is settled stands at the beginning of a conversation and is followed by a reply, if by any."""
        count = len(self._settled)
        is_same = len(messages) >= count and all(map(is_, self._settled, messages))
        return is_same and (len(messages) == count or isinstance(messages[count], Reply))

    def _forget(self, form: Form) -> None:
        self._form = form
        self._settled, self._instruction, self._told = [], "", []


def as_json(value: Any) -> bytes:
    """Compact JSON; characters beyond ASCII as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
