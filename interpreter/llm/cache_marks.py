"""Marks that tell Anthropic up to where a conversation is worth keeping: it keeps nothing unasked."""

from collections.abc import Sequence
from typing import Any

MARK = {"type": "ephemeral"}

_PLACES = (-1, -3)
"""The user's last two messages: what is kept of this request is found by the next one behind the first of them. With
the system prompt these are three of the four marks that a request may have."""


def marked(chat: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same chat messages with marks on the system prompt and on the user's last two."""
    places = {position % len(chat) for position in _PLACES if len(chat) >= -position}
    return [
        _marked(message, message["role"] == "system" or place in places) if message["content"] else message
        for place, message in enumerate(chat)
    ]


def _marked(message: dict[str, Any], marks: bool) -> dict[str, Any]:
    content = message["content"]
    if not marks and message["role"] != "tool":
        return message
    # the result of a call keeps one form, marked or not: as a text it would be sent in another
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else list(content)
    return {**message, "content": [*parts[:-1], {**parts[-1], "cache_control": MARK} if marks else parts[-1]]}
