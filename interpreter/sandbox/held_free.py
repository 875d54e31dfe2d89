"""Entries of the working folder that must not be made in a box, since other programs would obey them at once."""

from contextlib import suppress
from pathlib import Path

from interpreter.sandbox.rights import HELD_FREE


class HeldFree:
    """Stands an empty folder in each free place, for the box to mount as it is; git takes one for no repository."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: list[Path] = []

    def take(self) -> None:
        """Make those that are missing; raises OSError where the folder cannot be written to."""
        for name in HELD_FREE:
            path = self._folder / name
            # An empty one was left by a program that was killed, or serves nobody.
            if not path.is_symlink() and (not path.exists() or _is_empty_folder(path)):
                path.mkdir(mode=0o700, exist_ok=True)
                self._made.append(path)

    def release(self) -> None:
        """Remove those that were made, unless somebody has put something there from outside."""
        while self._made:
            with suppress(OSError):
                self._made.pop().rmdir()


def _is_empty_folder(path: Path) -> bool:
    try:
        return not any(path.iterdir())
    except OSError:
        return False
