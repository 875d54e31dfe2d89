"""The files of a session in which long outputs are kept whole."""

import os
import shutil
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import IO

from interpreter.core.feedback import SMALL_HEAD, SMALL_TAIL, output_text
from interpreter.core.messages import Output, Spool, Text
from interpreter.core.resolver import Resolver

SHORT = SMALL_HEAD + SMALL_TAIL
"""Characters that every model is given whole: they need no file."""
MOST_BYTES = 64_000_000
"""Of one file."""
MOST_BYTES_IN_ALL = 1_000_000_000
"""Of all files of a session: beyond it, the oldest are removed."""


class Spools:
    """A folder with a file for each long output: `1.txt`, `2.txt`; its owner alone can read them."""

    def __init__(self, folder: Path, most: int = MOST_BYTES, most_in_all: int = MOST_BYTES_IN_ALL) -> None:
        self._folder = folder
        self._most = most
        self._most_in_all = most_in_all
        self._count = 0
        self._owner = os.getpid()
        self._kept: deque[tuple[Path, int]] = deque()

    def begin(self) -> "Spooling":
        """Keep the output of one execution."""
        return Spooling(self, self._most)

    def open_next(self) -> tuple[Path, IO[bytes]]:
        """A new file, for this user alone; raises OSError."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._count += 1
        path = self._folder / f"{self._count}.txt"
        return path, os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=1 << 18)

    def count(self, path: Path, size: int) -> None:
        """Take in how many bytes a file has, and make room."""
        self._kept.append((path, size))
        total = sum(kept for _, kept in self._kept)
        while total > self._most_in_all and len(self._kept) > 1:
            oldest, freed = self._kept.popleft()
            total -= freed
            with suppress(OSError):
                oldest.unlink()

    def close(self) -> None:
        """Remove everything; a forked child leaves that to its parent."""
        if os.getpid() == self._owner:
            shutil.rmtree(self._folder, ignore_errors=True)


class Spooling:
    """Keeps the output of one execution, as a terminal would show it, from where it is no longer short.

    What goes wrong never concerns the run: the file then ends there, and `note` says so.
    """

    def __init__(self, spools: Spools, most: int) -> None:
        self._spools = spools
        self._most = most
        self._file: IO[bytes] | None = None
        self._clears = False
        self.note = ""
        self._start()

    def _start(self) -> None:
        self._lines = Resolver()
        self._early: list[str] = []
        self._characters = self._left_out = self._bytes = 0
        self._is_full = False
        if self._file is not None:
            try:
                self._file.seek(0)
                self._file.truncate()
            except OSError as error:
                self._stop(error)

    def clear(self) -> None:
        """Drop everything as soon as something new comes, as the code asked."""
        self._clears = True

    def write(self, output: Output) -> None:
        """Take the next output."""
        if self._clears:
            self._clears = False
            self._start()
        if isinstance(output, Text):
            text = self._lines.feed(output.text)
        else:
            text = self._lines.finish()
            if text and not text.endswith("\n"):
                text += "\n"
            text += output_text((output,))
        if text:
            self._keep(text)

    def end(self) -> Spool | None:
        """The file, where there is one; nothing more is taken."""
        if text := self._lines.finish():
            self._keep(text)
        if self._file is None:
            return None
        try:
            self._file.close()
        except OSError as error:
            self._stop(error)
        if self.note:
            # Of what was written last, only the file knows how much has come to it.
            with suppress(OSError):
                self._left_out = self._characters - len(self._path.read_text("utf-8", "ignore"))
        self._spools.count(self._path, self._bytes)
        return Spool(str(self._path), self._characters, self._left_out)

    def _keep(self, text: str) -> None:
        self._characters += len(text)
        if self._is_full:
            self._left_out += len(text)
        elif self._file is not None:
            self._write(text)
        else:
            self._early.append(text)
            if self._characters > SHORT:
                self._begin()

    def _begin(self) -> None:
        text, self._early = "".join(self._early), []
        try:
            self._path, self._file = self._spools.open_next()
        except OSError as error:
            self._stop(error)
            return
        self._write(text)

    def _write(self, text: str) -> None:
        assert self._file is not None
        data = text.encode("utf-8", "backslashreplace")
        if len(data) > self._most - self._bytes:
            self._is_full = True
            whole = data[: self._most - self._bytes].decode("utf-8", "ignore")
            self._left_out += max(0, len(text) - len(whole))
            data = whole.encode("utf-8")
        try:
            self._file.write(data)
            self._bytes += len(data)
        except OSError as error:
            self._stop(error)

    def _stop(self, error: OSError) -> None:
        self._is_full = True
        self.note = f"The whole output could not be kept in a file: {error.strerror}."
