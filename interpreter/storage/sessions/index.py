"""All sessions, listed and searched: an index that can be made anew from the sessions themselves."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from interpreter.core.errors import StorageFailed
from interpreter.storage.sessions.changed import changed_since, settle
from interpreter.storage.sessions.excerpts import excerpt
from interpreter.storage.sessions.folder import session_names
from interpreter.storage.sessions.forms import WRONG_FORM, storable, text_of
from interpreter.storage.sessions.index_file import IndexFile, is_in_memory
from interpreter.storage.sessions.session_reader import SessionReader, read_session

LONGEST = 20_000
"""Characters of one message that can be found: the beginning of a long output."""

MOST_HITS = 20_000
"""Messages that are looked at for the newest sessions in which the words stand."""

Answer = TypeVar("Answer")

AT_ONCE = 50
"""Sessions that are read in one transaction."""

KINDS = ("title", "instruction", "reply", "execution")
"""Where a word tells most of a session, in this order."""


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
        self._file = IndexFile(folder)

    def sessions(self, most: int | None = None) -> list[Listed]:
        """The sessions, the one changed last first."""
        query = f"SELECT {_FIELDS} FROM sessions ORDER BY changed DESC LIMIT ?"
        return [Listed(*row) for row in self._ask(lambda database: database.execute(query, (most or -1,)).fetchall())]

    def count(self) -> int:
        """How many sessions there are to list."""
        number: int = self._ask(lambda database: database.execute("SELECT count(*) FROM sessions").fetchone()[0])
        return number

    def unread(self) -> list[StorageFailed]:
        """Why sessions that are there cannot be listed: damaged, of another program, links."""
        known = self._ask(_known)
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
        query = " ".join(f'"{word}"*' for word in said)
        found = self._ask(lambda at: [_found(at, said, *hit) for hit in _newest(at, query, most)])
        return sorted(found, key=lambda each: each.session.changed, reverse=True)

    def forget(self, *names: str) -> None:
        """Take sessions out, so that nothing of their text stays in the file."""
        self._file.ask(lambda database: _forget(database, names), lasting=True)

    def _ask(self, query: Callable[[sqlite3.Connection], Answer]) -> Answer:
        def fresh(database: sqlite3.Connection) -> Answer:
            self._catch_up(database)
            # One moment of the index, whatever others take out meanwhile.
            database.execute("BEGIN")
            return query(database)

        return self._file.ask(fresh)

    def _catch_up(self, database: sqlite3.Connection) -> None:
        """Read what was added since; a session that cannot be read stays as it was known."""
        known = _known(database)
        there, noted = session_names(self._folder), changed_since(self._folder)
        changed = there & set(noted)
        new = sorted((there - known) | changed)
        with _writing(database, bool(known - there)):
            for name in known - there:
                _remove(database, name)
        for start in range(0, len(new), AT_ONCE):
            # A part at a time: somebody else who wants to write need not wait for all of it.
            with _writing(database, True):
                for name in new[start : start + AT_ONCE]:
                    with suppress(StorageFailed, OSError, *WRONG_FORM):
                        _read(database, self._folder / name)
        for name in () if is_in_memory(database) else changed:
            settle(self._folder / name, noted[name])


@contextmanager
def _writing(database: sqlite3.Connection, wanted: bool) -> Iterator[None]:
    """One transaction, for which others are waited for before anything is read in it."""
    if not wanted:
        yield
        return
    database.execute("BEGIN IMMEDIATE")
    with database:
        yield


def _known(database: sqlite3.Connection) -> set[str]:
    return {name for (name,) in database.execute("SELECT name FROM sessions")}


def _forget(database: sqlite3.Connection, names: Sequence[str]) -> None:
    with _writing(database, True):
        for name in names:
            _remove(database, name)
        database.execute("INSERT INTO texts (texts) VALUES ('optimize')")
    database.execute("VACUUM")
    # Somebody else may have the index open, and keep its log alive.
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


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
