"""Which sessions may have been written to since the index read them: an empty file each, so that not all are asked."""

import os
from contextlib import suppress
from pathlib import Path

from interpreter.storage.paths import private_folder
from interpreter.storage.sessions.lock import is_held

CHANGED = "changed"
"""The folder of these files, beside the sessions."""


def note_change(session: Path) -> None:
    """The session of this folder is about to be written to; raises OSError or StorageFailed."""
    mark = private_folder(session.parent / CHANGED) / session.name
    descriptor = os.open(mark, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.utime(descriptor)
    finally:
        os.close(descriptor)


def changed_since(folder: Path) -> dict[str, int]:
    """The names of those sessions below `folder`, each with the moment of its last note."""
    noted: dict[str, int] = {}
    with suppress(OSError), os.scandir(folder / CHANGED) as entries:
        for entry in entries:
            with suppress(OSError):
                noted[entry.name] = entry.stat(follow_symlinks=False).st_mtime_ns
    return noted


def settle(session: Path, moment: int) -> None:
    """The index has read the session after the note of this moment; one that is still open stays noted."""
    mark = session.parent / CHANGED / session.name
    if not is_held(session / "lock"):
        with suppress(OSError):
            # Somebody may have opened, written and closed it since it was read.
            if mark.stat().st_mtime_ns == moment:
                mark.unlink()
