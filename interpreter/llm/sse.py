"""The bytes of a completion, streamed or in one piece, as the JSON objects that they carry."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from interpreter.core.errors import ModelFailed

Chunk: TypeAlias = dict[str, Any]

DONE: Chunk = {"done": True}
"""Stands for the line that says that nothing more will come."""

_FIELDS = (b"data:", b"event:", b"id:", b"retry:", b":", b"error:")


def chunks(pieces: Iterable[bytes]) -> Iterator[Chunk]:
    """The objects of a server-sent stream, or the one object of a plain answer; the bytes tell which it is."""
    lines = lines_of(pieces)
    first = next((line for line in lines if line.strip()), b"")
    if first.startswith(_FIELDS):
        yield from _events(_chained(first, lines))
    elif first:
        yield _parsed(b"\n".join([first, *lines]))


def lines_of(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines without their ends; only CR and LF end one, since JSON text may hold every other separator."""
    begun: list[bytes] = []
    for piece in pieces:
        head, *rest = piece.split(b"\n")
        begun.append(head)
        for line in rest:
            yield b"".join(begun).removesuffix(b"\r")
            begun = [line]
    if last := b"".join(begun):
        yield last


def _chained(first: bytes, lines: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from lines
    yield b""


def _events(lines: Iterable[bytes]) -> Iterator[Chunk]:
    """One object a data line; a line that is none by itself is joined to the next until the event's blank line."""
    begun = b""
    for line in lines:
        if line.startswith((b"data:", b"error:")):
            begun += line.partition(b":")[2].strip()
            if (chunk := _attempted(begun)) is not None:
                yield chunk
                begun = b""
        elif not line and begun:
            _parsed(begun)


def _attempted(data: bytes) -> Chunk | None:
    if data == b"[DONE]":
        return DONE
    if data in (b"", b"null"):
        return {}
    try:
        return _object(json.loads(data))
    except ValueError:
        return None


def _parsed(data: bytes) -> Chunk:
    try:
        return _object(json.loads(data))
    except ValueError as error:
        shown = data[:80].decode("utf-8", "replace")
        raise ModelFailed(
            f"The model's server sent something that is no completion: {shown!r}",
            "Look at the address of the model: for most servers it ends in /v1.",
        ) from error


def _object(value: Any) -> Chunk:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value
