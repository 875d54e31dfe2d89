"""Cuts what one message would carry too much of: a value that is shown, an exception's text."""

from __future__ import annotations

import json
from typing import Any

TEXT = 1_000_000
"""Characters of one shown text."""
BINARY = 40_000_000
"""Characters of one picture in base64; a part of it would be worth nothing."""


def bounded(message: Any) -> Any:
    """The content of a message with long texts cut in the middle; anything else is given back as it is."""
    if not isinstance(message, dict):
        return message
    if isinstance(message.get("data"), dict):
        return {**message, "data": bounded_data(message["data"])}
    if "traceback" in message:
        return {
            **message,
            "evalue": cut(message.get("evalue")),
            "traceback": [cut(frame) for frame in message["traceback"]],
        }
    return message


def bounded_data(data: dict[str, Any]) -> dict[str, Any]:
    """A display without the forms that are too large; its text is cut instead."""
    kept = {}
    for mime, value in data.items():
        if mime == "text/plain":
            kept[mime] = cut(value)
        elif not isinstance(value, str) or len(value) <= (BINARY if mime.startswith("image/") else TEXT):
            kept[mime] = value
    if len(kept) < len(data):
        kept.setdefault("text/plain", "<too large to be shown>")
    return kept


def cut(text: Any) -> Any:
    """Head and tail of a long text, with the number of characters left out."""
    if not isinstance(text, str) or len(text) <= TEXT:
        return text
    half = TEXT // 2
    return f"{text[:half]}\n... {len(text) - 2 * half:,} characters left out ...\n{text[-half:]}"


def packed(pack: Any, message: Any) -> bytes:
    """The message as bytes: huge values cut, lone surrogates escaped where the ordinary packer fails on them."""
    message = bounded(message)
    try:
        result: bytes = pack(message)
    except UnicodeEncodeError:
        return json.dumps(message, default=repr).encode("ascii")
    return result
