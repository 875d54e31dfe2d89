"""One file or folder as an instruction can tell of it: what it is, its size, and its beginning, however large it is."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from interpreter.core.errors import WrongUsage

PICTURES = {b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8\xff": ".jpg .jpeg", b"GIF8": ".gif", b"RIFF": ".webp"}
"""How pictures begin that a model can be given, and how their names end."""
KINDS = {
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a zip archive, or a document kept as one",
    b"SQLite format 3\0": "an SQLite database",
    b"PAR1": "a Parquet table",
    b"\x1f\x8b": "compressed with gzip",
    b"\x7fELF": "a program",
    **dict.fromkeys(PICTURES, "a picture"),
}
LOOKED_AT = 8_192
"""Bytes by which it is told whether a file is text."""
LISTED = 100
"""Names of a folder that are told."""
SCANNED = 20_000
"""Names of a folder that are looked at."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that can go along."""

    bytes: int


@dataclass(frozen=True, slots=True)
class TextHead:
    """The beginning of a text; `is_whole` where there is no more."""

    bytes: int
    text: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Binary:
    """What is not text: its kind, in words."""

    bytes: int
    kind: str


@dataclass(frozen=True, slots=True)
class Folder:
    """The first names in a folder, in their order, folders with a `/`; `more` counts the others, `+` if not all."""

    names: tuple[str, ...]
    more: str


Head = Picture | TextHead | Binary | Folder


def head(path: Path, most: int) -> Head:
    """The beginning of what lies there, of a text at most so many characters; raises WrongUsage."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            return _folder(path)
        if not stat.S_ISREG(found.st_mode):
            raise WrongUsage(f"{path} is a device or a pipe, not a file.", "Name a file, or leave out the @.")
        with path.open("rb") as file:
            data = file.read(max(LOOKED_AT, 4 * most))
    except OSError as error:
        raise WrongUsage(
            f"{path} cannot be read: {error.strerror}.", "Check its permissions, or leave out the @."
        ) from error
    return _file(path, found.st_size, data, most)


def _file(path: Path, size: int, data: bytes, most: int) -> Head:
    if any(data.startswith(magic) and path.suffix.lower() in PICTURES[magic].split() for magic in _of(PICTURES)):
        return Picture(size)
    text = _text(data, is_all=len(data) >= size)
    if text is None:
        kind = next((KINDS[magic] for magic in _of(KINDS) if data.startswith(magic)), "of an unknown kind")
        return Binary(size, kind)
    return TextHead(size, text[:most], len(data) >= size and len(text) <= most)


def _of(table: dict[bytes, str]) -> Iterator[bytes]:
    yield from sorted(table, key=len, reverse=True)


def _text(data: bytes, *, is_all: bool) -> str | None:
    """The text that bytes are the beginning of; None where they are none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[: len(data) // 2 * 2].decode("utf-16", "replace")
    if b"\0" in data[:LOOKED_AT] or data.startswith(b"%PDF"):
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # What is cut off amid a character is text all the same.
        if not is_all and error.end >= len(data) - 1 and len(data) - error.start < 4:
            return data[: error.start].decode("utf-8-sig")
    controls = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in data[:LOOKED_AT])
    return None if controls > len(data[:LOOKED_AT]) // 50 else data.decode("cp1252", "replace")


def _folder(path: Path) -> Folder:
    with os.scandir(path) as entries:
        names = [_named(entry) for entry in islice(entries, SCANNED)]
    more = len(names) - LISTED
    sign = "+" if len(names) == SCANNED else ""
    return Folder(tuple(sorted(names)[:LISTED]), f"{more:,}{sign}" if more > 0 else "")


def _named(entry: os.DirEntry[str]) -> str:
    return f"{entry.name}/" if _is_true(entry.is_dir) else entry.name


def _is_true(claim: Callable[[], bool]) -> bool:
    try:
        return claim()
    except OSError:
        return False
