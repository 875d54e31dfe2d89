"""A conversation as JSON, each message of it told and encoded once: what a request costs grows with what is new."""

import json
from collections.abc import Sequence
from typing import Any

from interpreter.core.messages import Message
from interpreter.llm.wire import Group, chat_message, grouped, head


class History:
    """Keeps what the messages of the last request became; messages never change."""

    def __init__(self, *, small: bool) -> None:
        self._small = small
        self._known: dict[tuple[object, ...], tuple[Group, str]] = {}

    def encoded(self, system: str, messages: Sequence[Message], *, sees_images: bool) -> str:
        """The chat messages of a request as a JSON array."""
        known, self._known = self._known, {}
        for position, group in enumerate(grouped(messages)):
            # An id stands for its message only as long as that lives: it is kept beside what it became.
            key = (position, sees_images, group.instruction, *map(id, group.messages))
            self._known[key] = known.get(key) or (group, self._encode(group, sees_images))
        return f"[{','.join([*map(as_json, head(system)), *(text for _, text in self._known.values())])}]"

    def _encode(self, group: Group, sees_images: bool) -> str:
        return as_json(chat_message(group, sees_images=sees_images, small=self._small))


def as_json(value: Any) -> str:
    """Compact JSON; characters beyond ASCII as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
