"""A session's file opened to be read, and whatever is wrong with it told in two lines."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from interpreter.core.errors import StorageFailed
from interpreter.storage.sessions.schema import is_older, prepare

FILE = "session.sqlite3"

BUSY_SECONDS = 5.0
"""How long a statement waits for another program that reads."""


def connect_to_read(file: Path) -> sqlite3.Connection:
    """One moment of a session's file; raises sqlite3.Error, OSError or StorageFailed."""
    file.stat()
    try:
        return _snapshot(file, "mode=ro")
    except sqlite3.OperationalError:
        # Where nothing can be written, SQLite reads a file only if it is told that nobody else writes either.
        if file.with_name(f"{file.name}-wal").exists():
            raise
        return _snapshot(file, "immutable=1")


def _snapshot(file: Path, how: str) -> sqlite3.Connection:
    database = sqlite3.connect(
        f"{file.absolute().as_uri()}?{how}",
        uri=True,
        timeout=BUSY_SECONDS,
        check_same_thread=False,
        isolation_level=None,
    )
    try:
        database.execute("BEGIN")
        return _brought_up_to_date(database) if is_older(database) else database
    except BaseException:
        database.close()
        raise


def _brought_up_to_date(database: sqlite3.Connection) -> sqlite3.Connection:
    """A copy in memory: whoever only reads changes no file, and may not be alone with it."""
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    try:
        database.backup(copy)
        prepare(copy)
    except BaseException:
        copy.close()
        raise
    database.close()
    return copy


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """What goes wrong with a file below, as an error of ours that names it; the file is kept as it is."""
    try:
        yield
    except StorageFailed as error:
        if f"session {folder.name} " in str(error):
            raise
        raise StorageFailed(f"The session {folder.name} cannot be opened. {error}", error.hint) from error
    except sqlite3.OperationalError as error:
        raise StorageFailed(
            f"The session {folder.name} cannot be read or written: {error}.",
            f"Make room, or look at who may write to {folder}.",
        ) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # What SQLite says may quote the damage, and be no text.
        raise StorageFailed(
            f"The session {folder.name} is damaged: {' '.join(str(error).split())[:200]}.",
            f"Its file is kept: {folder / FILE}",
        ) from error
    except OSError as error:
        raise StorageFailed(
            f"The session {folder.name} cannot be read or written: {error.strerror or error}.",
            f"Look at {folder}, or name another session.",
        ) from error


def refuse_odd_places(folder: Path) -> None:
    """A link could lead a session's text to where others read it, and a pipe would be waited for.

    Raises StorageFailed.
    """
    if any(path.is_symlink() for path in (folder, folder / FILE, folder / "pictures")):
        raise StorageFailed("It is a link, or holds one.", "Put the folder itself in its place.")
    if (folder / FILE).exists() and not (folder / FILE).is_file():
        raise StorageFailed(f"Its {FILE} is no file.", f"Look at {folder}, or name another session.")
