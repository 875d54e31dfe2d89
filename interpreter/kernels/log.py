"""What a kernel writes to its own stdout and stderr, outside of any message."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

LONGEST = 1_000_000
"""Bytes: a log longer than this is started afresh, and no more of it is read."""


class KernelLog:
    """A file that a kernel writes to, and what it has written since a moment."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        if os.fstat(file.fileno()).st_size > LONGEST:
            os.truncate(file.fileno(), 0)
        self.forget()

    def forget(self) -> None:
        """What it has written until now tells nothing about its end."""
        self._start = os.fstat(self.file.fileno()).st_size

    def read(self) -> str:
        """What it has written since."""
        return os.pread(self.file.fileno(), LONGEST, self._start).decode("utf-8", "replace").strip()

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()


def open_log(folder: Path | None, language: str) -> KernelLog:
    """The language's log in a folder; one that has no name where there is no folder that can be written to.

    What has a name where code can write could be made a link to another file, which we would read for it.
    """
    if folder is not None:
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
            return KernelLog(os.fdopen(os.open(folder / f"{language}.log", flags, 0o600), "r+b", buffering=0))
    return KernelLog(tempfile.TemporaryFile("a+b", buffering=0))
