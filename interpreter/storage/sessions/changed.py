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
    os.close(os.open(mark, os.O_WRONLY | os.O_CREAT, 0o600))


def changed_since(folder: Path) -> list[str]:
    """The names of those sessions below `folder`."""
    try:
        return [path.name for path in (folder / CHANGED).iterdir()]
    except OSError:
        return []


def settle(session: Path) -> None:
    """The index has read the session; one that is still open stays noted."""
    if not is_held(session / "lock"):
        with suppress(OSError):
            (session.parent / CHANGED / session.name).unlink()
