"""The file of the index: opened by several programs at once, and made anew where it is lost or damaged."""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from interpreter.core.errors import StorageFailed
from interpreter.storage.paths import private_folder

FORM = 2
"""Version of the tables: an index of another version is made anew."""

PATIENCE = 30.0
"""Seconds that a statement waits for another program that writes to the index."""

Answer = TypeVar("Answer")

_TABLES = f"""
    CREATE TABLE sessions (
        name TEXT PRIMARY KEY, title TEXT, folder TEXT, model TEXT, began REAL, changed REAL, turns INTEGER,
        read_to INTEGER
    );
    CREATE INDEX by_change ON sessions (changed DESC);
    CREATE TABLE documents (id INTEGER PRIMARY KEY, session TEXT, kind TEXT, text TEXT);
    CREATE INDEX by_session ON documents (session);
    CREATE VIRTUAL TABLE texts USING fts5 (
        text, content = documents, content_rowid = id, tokenize = "unicode61", prefix = "1 2 3"
    );
    PRAGMA user_version = {FORM};
"""

UNWRITABLE = (
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
)
"""What SQLite says where nothing can be written."""

PASSING = (*UNWRITABLE, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM)
"""What is no damage: nothing can be written, or somebody is at it."""

DAMAGE = (sqlite3.Error, UnicodeDecodeError)
"""What may come of a damaged file: what SQLite says of it may quote it, and be no text."""


class IndexFile:
    """Below `folder`, made when it is first asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "index.sqlite3"

    def ask(self, query: Callable[[sqlite3.Connection], Answer], *, lasting: bool = False) -> Answer:
        """What the query gives, which may be asked a second time: of an index that was damaged and is made anew.

        Where nothing can be written it is asked of an empty index in memory, unless what it does has to be `lasting`.
        Raises StorageFailed where the index can be neither read nor made.
        """
        try:
            try:
                return self._asked(query)
            except DAMAGE as error:
                if not _is_damage(error):
                    raise
            return self._asked(query)
        except (*DAMAGE, OSError) as error:
            if not lasting and _can_not_be_written(error):
                with closing(sqlite3.connect(":memory:")) as database:
                    database.executescript(_TABLES)
                    return query(database)
            raise StorageFailed(
                f"The index of the sessions cannot be used: {error}.",
                f"Make room, or look at who may write to {self._folder}.",
            ) from error

    def _asked(self, query: Callable[[sqlite3.Connection], Answer]) -> Answer:
        seen: tuple[int, int] | None = None
        try:
            with self._alone():
                seen = self._which()
                database = self._connected()
                seen = self._which()
            with closing(database):
                return query(database)
        except DAMAGE as error:
            if _is_damage(error):
                self._remove(seen)
            raise

    def _remove(self, seen: tuple[int, int] | None) -> None:
        """Take this file away, unless somebody has put another in its place."""
        with self._alone():
            if self._which() == seen:
                for path in self._folder.glob(f"{self._file.name}*"):
                    path.unlink(missing_ok=True)

    def _which(self) -> tuple[int, int] | None:
        with suppress(FileNotFoundError):
            found = self._file.lstat()
            return found.st_dev, found.st_ino
        return None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else opens, makes or removes the file meanwhile."""
        private_folder(self._folder)
        descriptor = os.open(self._folder / "index.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            # Where locks do not work, nobody waits.
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _connected(self) -> sqlite3.Connection:
        with suppress(FileExistsError):
            self._file.touch(mode=0o600, exist_ok=False)
        database = sqlite3.connect(self._file, timeout=PATIENCE)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            # It can be made anew: what a crash of the machine takes from it is found again.
            database.execute("PRAGMA synchronous = OFF")
            database.execute("PRAGMA secure_delete = ON")
            if database.execute("PRAGMA user_version").fetchone()[0] != FORM:
                if database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                    raise sqlite3.DatabaseError("an index of another version")
                database.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
        except BaseException:
            database.close()
            raise
        return database


def is_in_memory(database: sqlite3.Connection) -> bool:
    """Whether what the index has learnt is forgotten with it."""
    return not any(file for *_, file in database.execute("PRAGMA database_list"))


def _can_not_be_written(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_BUSY) & 0xFF
    return isinstance(error, OSError) or code in UNWRITABLE


def _is_damage(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF not in PASSING
