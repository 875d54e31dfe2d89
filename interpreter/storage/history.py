"""What was typed in the chat, kept in a private file: several chats may write to it at once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from interpreter.core.errors import StorageFailed
from interpreter.storage.appended_file import append_whole, opened_to_append
from interpreter.storage.paths import private_folder

READ = 1 << 20
"""Bytes that are read of it: thousands of instructions, in a hundredth of a second."""
FULL = 4 << 20
"""Bytes at which it is cut down to its last `READ`."""
LONGEST = 200_000
"""Bytes of an entry that is kept: what is longer is material that was pasted."""

_ELSEWHERE = "Move it away, or set INTERPRETER_HOME to another folder."


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """A file of entries: a line with `#`, then each line of the entry behind a `+`. What is no entry is passed over."""

    path: Path

    def entries(self) -> list[str]:
        """The entries, latest first; raises StorageFailed where the file cannot be used."""
        with self._open() as file:
            return _parsed(_tail(file))[::-1]

    def append(self, entry: str) -> None:
        """Keep one more, whole or not at all; raises StorageFailed."""
        lines = entry.encode("utf-8", "replace").split(b"\n")
        data = b"\n#\n" + b"".join(b"+" + line + b"\n" for line in lines)
        if len(data) > LONGEST:
            return
        with self._open() as file:
            size = append_whole(file, data)
            if size > FULL:
                self._cut(file)

    def _cut(self, file: int) -> None:
        draft = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            kept = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(kept, "wb") as new:
                new.write(_tail(file))
            draft.replace(self.path)
        finally:
            draft.unlink(missing_ok=True)

    @contextmanager
    def _open(self) -> Iterator[int]:
        """The file, made if need be, readable by its owner only, and locked; raises StorageFailed, in the body too."""
        private_folder(self.path.parent)
        try:
            with opened_to_append(self.path) as file:
                yield file
        except OSError as error:
            raise _failed(self.path, error) from error


def _tail(file: int) -> bytes:
    """The end of the file, from the beginning of an entry on."""
    size = os.fstat(file).st_size
    start = max(0, size - READ)
    data = os.pread(file, READ, start)
    return data if start == 0 else data[data.find(b"\n#") + 1 :]


def _parsed(data: bytes) -> list[str]:
    entries: list[str] = []
    lines: list[str] = []
    for line in [*data.decode("utf-8", "replace").split("\n"), ""]:
        if line.startswith("+"):
            lines.append(line[1:])
        elif lines:
            entries.append("\n".join(lines))
            lines = []
    return entries


def _failed(path: Path, error: OSError) -> StorageFailed:
    return StorageFailed(f"What you type is not kept: {path}: {error.strerror or error}.", _ELSEWHERE)
