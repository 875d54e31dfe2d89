"""Entries of the working folder that must not be made in a box, since other programs would obey them at once."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from interpreter.sandbox.rights import HELD_FREE


class HeldFree:
    """Stands an empty folder in each free place, for the box to mount as it is; git takes one for no repository.

    Several boxes can hold the same ones: each locks them, and the last one that lets go removes them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[Path, int] = {}

    def take(self) -> None:
        """Make those that are missing; where the folder cannot be written to, code cannot make them either."""
        for name in HELD_FREE:
            path = self._folder / name
            # An empty one was left by a program that was killed, or serves nobody.
            if path in self._held or path.is_symlink() or not (not path.exists() or _is_empty_folder(path)):
                continue
            if os.access(self._folder, os.W_OK):
                path.mkdir(mode=0o700, exist_ok=True)
                self._lock(path)

    def release(self) -> None:
        """Remove those that were made, unless somebody has put something there from outside, or holds them, too."""
        while self._held:
            path, descriptor = self._held.popitem()
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.rmdir()
            os.close(descriptor)

    def _lock(self, path: Path) -> None:
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            self._held[path] = descriptor
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)


def _is_empty_folder(path: Path) -> bool:
    try:
        return not any(path.iterdir())
    except OSError:
        return False
