"""All sessions, listed and searched: an index that can be made anew from the sessions themselves."""

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from interpreter.core.errors import StorageFailed
from interpreter.storage.paths import private_folder
from interpreter.storage.sessions.changed import changed_since, settle
from interpreter.storage.sessions.excerpts import excerpt
from interpreter.storage.sessions.folder import session_names
from interpreter.storage.sessions.forms import WRONG_FORM, storable, text_of
from interpreter.storage.sessions.session_reader import BUSY_SECONDS, SessionReader, read_session

FORM = 2
"""Version of the tables: an index of another version is made anew."""

LONGEST = 20_000
"""Characters of one message that can be found: the beginning of a long output."""

MOST_HITS = 20_000
"""Messages that are looked at for the newest sessions in which the words stand."""

KINDS = ("title", "instruction", "reply", "execution")
"""Where a word tells most of a session, in this order."""

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

    def count(self) -> int:
        """How many sessions there are to list."""
        with self._fresh() as database:
            number: int = database.execute("SELECT count(*) FROM sessions").fetchone()[0]
            return number

    def unread(self) -> list[StorageFailed]:
        """Why sessions that are there cannot be listed: damaged, of another program, links."""
        with self._fresh() as database:
            known = {name for (name,) in database.execute("SELECT name FROM sessions")}
        problems: list[StorageFailed] = []
        for name in sorted(session_names(self._folder) - known):
            try:
                read_session(self._folder / name).close()
            except StorageFailed as error:
                problems.append(error)
        return problems

    def search(self, words: str, most: int = 20) -> list[Found]:
        """The newest sessions in which all of these words, or beginnings of words, stand in one message; each once."""
        said = list(dict.fromkeys(re.findall(r"\w+", words.lower())))
        if not said:
            return []
        with self._fresh() as database:
            hits = _newest(database, " ".join(f'"{word}"*' for word in said), most)
            found = [_found(database, said, *hit) for hit in hits]
        return sorted(found, key=lambda each: each.session.changed, reverse=True)

    def forget(self, *names: str) -> None:
        """Take sessions out, so that nothing of their text stays in the file."""
        with self._fresh() as database:
            for name in names:
                _remove(database, name)
            database.commit()
            database.execute("INSERT INTO texts (texts) VALUES ('optimize')")
            database.commit()
            database.execute("VACUUM")
            # Somebody else may have the index open, and keep its log alive.
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

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
        except sqlite3.OperationalError:
            # Nothing can be written, or somebody is at it: that is no damage.
            raise
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
        there, noted = session_names(self._folder), changed_since(self._folder)
        for name in known - there:
            _remove(database, name)
        changed = there & set(noted)
        for name in sorted((there - known) | changed):
            with suppress(sqlite3.Error, StorageFailed, OSError, *WRONG_FORM):
                _read(database, self._folder / name)
        database.commit()
        for name in changed:
            settle(self._folder / name, noted[name])


_FIELDS = "name, title, folder, model, began, changed, turns"

_HITS = f"""
    SELECT session, id, kind FROM texts JOIN documents ON id = texts.rowid
    WHERE texts MATCH ? ORDER BY texts.rowid DESC LIMIT {MOST_HITS}
"""
"""In the order in which FTS5 has them: a word that stands everywhere costs no more than a rare one. Ranks would, since
each weighs all places of the word."""


def _newest(database: sqlite3.Connection, query: str, most: int) -> list[tuple[str, int]]:
    """So many sessions, each with the document that tells most of it."""
    best: dict[str, tuple[int, int]] = {}
    for session, document, kind in database.execute(_HITS, (query,)):
        if session not in best and len(best) == most:
            break
        best[session] = min(best.get(session, (len(KINDS) + 1, 0)), (_place(kind), document))
    return [(session, document) for session, (_, document) in best.items()]


def _place(kind: str) -> int:
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def _found(database: sqlite3.Connection, words: Sequence[str], session: str, document: int) -> Found:
    row = database.execute(f"SELECT {_FIELDS} FROM sessions WHERE name = ?", (session,)).fetchone()
    kind, text = database.execute("SELECT kind, text FROM documents WHERE id = ?", (document,)).fetchone()
    return Found(Listed(*row), kind, excerpt(text, words))


def _read(database: sqlite3.Connection, folder: Path) -> None:
    """Take in what a session has more than when it was last read; all of it or nothing."""
    database.execute("SAVEPOINT session")
    try:
        with read_session(folder) as session:
            _take_in(database, session)
    except BaseException:
        database.execute("ROLLBACK TO session")
        raise
    finally:
        database.execute("RELEASE session")


def _take_in(database: sqlite3.Connection, session: SessionReader) -> None:
    row = database.execute("SELECT read_to, title FROM sessions WHERE name = ?", (session.name,)).fetchone()
    read_to, title = row or (0, "")
    about, summary = session.about(), session.summary()
    for kind, form in session.forms(read_to):
        _add(database, session.name, kind, text_of(kind, json.loads(form)))
    if (new := about.get("title", "")) != title:
        _remove_texts(database, session.name, "title")
        _add(database, session.name, "title", new)
    facts = (session.name, new, about.get("folder", ""), about.get("model", ""))
    database.execute(
        "INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*facts, summary.began, summary.changed, summary.turns, summary.last),
    )


def _add(database: sqlite3.Connection, session: str, kind: str, text: str) -> None:
    if text := storable(text[:LONGEST]):
        row = database.execute("INSERT INTO documents VALUES (NULL, ?, ?, ?)", (session, kind, text))
        database.execute("INSERT INTO texts (rowid, text) VALUES (?, ?)", (row.lastrowid, text))


def _remove(database: sqlite3.Connection, name: str) -> None:
    _remove_texts(database, name)
    database.execute("DELETE FROM sessions WHERE name = ?", (name,))


def _remove_texts(database: sqlite3.Connection, session: str, kind: str | None = None) -> None:
    which, values = "session = ? AND (? IS NULL OR kind = ?)", (session, kind, kind)
    # FTS5 must be told what it is to forget, as it was.
    database.execute(
        f"INSERT INTO texts (texts, rowid, text) SELECT 'delete', id, text FROM documents WHERE {which}", values
    )
    database.execute(f"DELETE FROM documents WHERE {which}", values)
