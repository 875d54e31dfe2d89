"""What a GGUF file says of itself in its head: what it was made from, and how much it was trained to see.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_LONGEST_HEAD = 64_000_000
"""Bytes that are looked through: vocabularies of 256,000 words take 10 million."""

_LONGEST_WORD = 1_000_000
_FORMATS = {0: "B", 1: "b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "?", 10: "<Q", 11: "<q", 12: "<d"}

_NO_CHAT = ("bert", "clip", "t5encoder", "wavtokenizer", "-dec", "embedding")
"""What is in the names of architectures that read texts or pictures and write nothing."""


@dataclass(frozen=True, slots=True)
class Head:
    """The architecture (`qwen2`), and the tokens it was trained to see; empty or None where the file is silent."""

    architecture: str = ""
    context: int | None = None

    @property
    def chats(self) -> bool:
        """Whether it can answer: not the eyes of another model, and none that only measures texts."""
        return not any(part in self.architecture for part in _NO_CHAT)


def head_of(path: Path) -> Head | None:
    """What the file says; None where it is no GGUF file, or a damaged one."""
    try:
        with path.open("rb") as file:
            found = _look(_Reader(file))
    except (OSError, ValueError, struct.error):
        return None
    architecture = str(found.get("general.architecture", ""))
    context = found.get(f"{architecture}.context_length")
    return Head(architecture, context if isinstance(context, int) and context > 0 else None)


def _look(reader: "_Reader") -> Mapping[str, object]:
    """The values up to the two that are wanted, which writers put first."""
    if reader.bytes(4) != b"GGUF" or reader.number("<I") not in (2, 3):
        raise ValueError("not a GGUF file of version 2 or 3")
    reader.number("<Q")
    found: dict[str, object] = {}
    for _ in range(min(reader.number("<Q"), 10_000)):
        name = reader.text()
        found[name] = reader.value(reader.number("<I"))
        if f"{found.get('general.architecture')}.context_length" in found:
            break
    return found


class _Reader:
    """Takes one value after the other, and gives up beyond what a head may measure."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def bytes(self, count: int) -> bytes:
        taken = self._file.read(count)
        if len(taken) < count:
            raise ValueError("cut off")
        return taken

    def number(self, form: str) -> int:
        value: int = struct.unpack(form, self.bytes(struct.calcsize(form)))[0]
        return value

    def text(self) -> str:
        length = self.number("<Q")
        if length > _LONGEST_WORD:
            raise ValueError("too long")
        return self.bytes(length).decode("utf-8", "replace")

    def value(self, kind: int) -> object:
        match kind:
            case 8:  # a text
                return self.text()
            case 9:  # a list
                self._pass_over_list()
                return None
            case _ if kind in _FORMATS:
                return self.number(_FORMATS[kind])
            case _:
                raise ValueError("a kind of value that nobody wrote")

    def _pass_over_list(self) -> None:
        kind, count = self.number("<I"), self.number("<Q")
        if kind == 9:
            raise ValueError("a list of lists, which nobody writes")
        if kind in _FORMATS:
            self._file.seek(struct.calcsize(_FORMATS[kind]) * count, 1)
        for _ in range(0 if kind in _FORMATS else count):
            self.value(kind)
            self._check_position()
        self._check_position()

    def _check_position(self) -> None:
        if self._file.tell() > _LONGEST_HEAD:
            raise ValueError("too long")
