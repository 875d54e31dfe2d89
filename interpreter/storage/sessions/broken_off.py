"""Which sessions were broken off: an empty file for each that is open, which only a death of the program leaves."""

from contextlib import suppress
from pathlib import Path

from interpreter.core.errors import StorageFailed
from interpreter.storage.paths import private_folder
from interpreter.storage.sessions.lock import is_held

OPEN = ".open"
"""The folder of these files, beside the sessions."""


def note_open(session: Path) -> None:
    """The session of this folder is open now; where that cannot be noted, nobody is told of its end."""
    with suppress(OSError, StorageFailed):
        (private_folder(session.parent / OPEN) / session.name).touch(mode=0o600)


def note_left(session: Path) -> None:
    """It was left as it should be."""
    with suppress(OSError):
        (session.parent / OPEN / session.name).unlink(missing_ok=True)


def broken_off(folder: Path) -> list[str]:
    """The names of the sessions below `folder` that were broken off, the last first; each is told once."""
    names: list[str] = []
    with suppress(OSError):
        for mark in sorted((folder / OPEN).iterdir(), reverse=True):
            if not is_held(folder / mark.name / "lock"):
                mark.unlink(missing_ok=True)
                if (folder / mark.name).is_dir():
                    names.append(mark.name)
    return names
