"""All sessions, listed and searched: an index that can be made anew from the sessions themselves."""

import json
import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interpreter.core.errors import StorageFailed
from interpreter.storage.paths import private_folder
from interpreter.storage.sessions.changed import CHANGED, changed_since, settle
from interpreter.storage.sessions.session_file import BUSY_SECONDS, FILE, rows_of, storable

FORM = 1
"""Version of the tables: an index of another version is made anew."""

LONGEST = 20_000
"""Characters of one message that can be found: the beginning of a long output."""

MOST_HITS = 500
"""Messages that are looked at for the best sessions."""

_TABLES = f"""
    CREATE TABLE sessions (
        name TEXT PRIMARY KEY, title TEXT, folder TEXT, model TEXT, began REAL, changed REAL, turns INTEGER,
        read_to INTEGER
    );
    CREATE INDEX by_change ON sessions (changed DESC);
    CREATE VIRTUAL TABLE texts USING fts5 (session UNINDEXED, kind UNINDEXED, text, tokenize = "unicode61");
    PRAGMA user_version = {FORM};
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A session in a list: `began` and `changed` are seconds since 1970."""

    name: str
    title: str
    folder: str
    model: str
    began: float
    changed: float
    turns: int


@dataclass(frozen=True, slots=True)
class Found:
    """A session in which words were found, with the place where: `[` and `]` stand around the words."""

    session: Listed
    kind: str
    excerpt: str


class SessionIndex:
    """The index of the sessions below `folder`; it is brought up to date before it is asked.

    A damaged index is made anew. Raises StorageFailed where it can be neither read nor made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "index.sqlite3"

    def sessions(self, most: int | None = None) -> list[Listed]:
        """The sessions, the one changed last first."""
        with self._fresh() as database:
            rows = database.execute(f"SELECT {_FIELDS} FROM sessions ORDER BY changed DESC LIMIT ?", (most or -1,))
            return [Listed(*row) for row in rows]

    def search(self, words: str, most: int = 20) -> list[Found]:
        """The sessions in which all of these words stand in one message, the best first; each once."""
        query = " ".join(f'"{word}"*' for word in re.findall(r"\w+", words))
        if not query:
            return []
        with self._fresh() as database:
            hits = [Found(Listed(*row[2:]), row[0], row[1]) for row in database.execute(_SEARCH, (query,))]
        best = {hit.session.name: hit for hit in reversed(hits)}
        return [hit for hit in hits if best[hit.session.name] is hit][:most]

    def forget(self, name: str) -> None:
        """Take a session out, so that nothing of its text stays in the file."""
        with self._fresh() as database:
            _remove(database, name)
            database.commit()
            database.execute("INSERT INTO texts (texts) VALUES ('optimize')")
            database.commit()
            database.execute("VACUUM")

    @contextmanager
    def _fresh(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(self._opened()) as database:
                self._catch_up(database)
                yield database
        except sqlite3.Error as error:
            raise StorageFailed(
                f"The index of the sessions cannot be used: {error}.", f"Delete {self._file}: it is made anew."
            ) from error

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._connected()
        except sqlite3.DatabaseError:
            for path in self._folder.glob(f"{self._file.name}*"):
                path.unlink()
            return self._connected()

    def _connected(self) -> sqlite3.Connection:
        private_folder(self._folder)
        with suppress(FileExistsError):
            self._file.touch(mode=0o600, exist_ok=False)
        database = sqlite3.connect(self._file, timeout=BUSY_SECONDS)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            # It can be made anew: what a crash of the machine takes from it is found again.
            database.execute("PRAGMA synchronous = OFF")
            database.execute("PRAGMA secure_delete = ON")
            if database.execute("PRAGMA user_version").fetchone()[0] != FORM:
                if database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                    raise sqlite3.DatabaseError("an index of another version")
                database.executescript(_TABLES)
        except BaseException:
            database.close()
            raise
        return database

    def _catch_up(self, database: sqlite3.Connection) -> None:
        """Read what was added since; a session that cannot be read stays as it was known."""
        known = {name for (name,) in database.execute("SELECT name FROM sessions")}
        with os.scandir(self._folder) as entries:
            there = {entry.name for entry in entries if entry.is_dir(follow_symlinks=False) and entry.name != CHANGED}
        for name in known - there:
            _remove(database, name)
        changed = there & set(changed_since(self._folder))
        for name in (there - known) | changed:
            with suppress(sqlite3.Error, OSError, ValueError, KeyError, TypeError):
                _read(database, self._folder / name / FILE)
        database.commit()
        for name in changed:
            settle(self._folder / name)


_FIELDS = "name, title, folder, model, began, changed, turns"

_NEW = """
    SELECT id, kind, coalesce(wholes.form, messages.form) FROM messages LEFT JOIN wholes ON message = id
    WHERE id > ? ORDER BY id
"""

_SEARCH = f"""
    SELECT kind, excerpt, {_FIELDS} FROM (
        SELECT session, kind, snippet(texts, 2, '[', ']', '…', 12) AS excerpt, rank AS place
        FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT {MOST_HITS}
    ) JOIN sessions ON name = session ORDER BY place
"""


def _read(database: sqlite3.Connection, file: Path) -> None:
    """Take in what a session has more than when it was last read."""
    name = file.parent.name
    row = database.execute("SELECT read_to FROM sessions WHERE name = ?", (name,)).fetchone()
    read_to = row[0] if row else 0
    about: dict[str, str] = dict(rows_of(file, "SELECT name, value FROM about"))
    rows = rows_of(file, _NEW, (read_to,))
    database.executemany(
        "INSERT INTO texts VALUES (?, ?, ?)",
        [(name, kind, text) for _, kind, form in rows if (text := text_of(kind, json.loads(form)))],
    )
    began, last, turns = rows_of(file, "SELECT min(at), max(at), sum(kind = 'instruction') FROM messages")[0]
    facts = (name, about.get("title", ""), about.get("folder", ""), about.get("model", ""))
    end = rows[-1][0] if rows else read_to
    database.execute(
        "INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*facts, began or 0.0, last or 0.0, turns or 0, end),
    )


def _remove(database: sqlite3.Connection, name: str) -> None:
    database.execute("DELETE FROM texts WHERE session = ?", (name,))
    database.execute("DELETE FROM sessions WHERE name = ?", (name,))


def text_of(kind: str, form: dict[str, Any]) -> str:
    """What of a message can be found: instructions, replies, code and output."""
    if kind != "execution":
        return _fit(str(form["text"]))
    outputs = (_output_text(output) for output in form["outputs"])
    return _fit("\n".join([form["block"]["code"], *outputs, form["note"]]))


def _output_text(output: dict[str, Any]) -> str:
    match output["kind"]:
        case "text":
            return str(output["text"])
        case "failure":
            return f"{output['name']}: {output['message']}"
        case _:
            return str(output["data"].get("text/plain", ""))


def _fit(text: str) -> str:
    return storable(text[:LONGEST])


def unique(names: Sequence[str], said: str) -> list[str]:
    """The names that somebody may mean by a part of one: the exact one alone, else all that begin with or hold it."""
    if said in names:
        return [said]
    begins = [name for name in names if name.startswith(said)]
    return begins or [name for name in names if said in name]
