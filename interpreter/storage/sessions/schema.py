"""The tables of a session's file, and how a file of an older version becomes one of this."""

import sqlite3

from interpreter.core.errors import StorageFailed

APPLICATION = 0x49_54_50_31
"""SQLite's `application_id`: the letters ITP1, so that another program's file is known as such."""

MIGRATIONS = (
    """
    CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    -- A tree: whatever is taken back stays, beside what came instead.
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY,
        parent INTEGER REFERENCES messages,
        kind TEXT NOT NULL,
        form TEXT NOT NULL,
        at REAL NOT NULL
    );
    CREATE INDEX children ON messages (parent);
    -- Messages with long outputs as they were; `messages` has them shortened, as a model is told them.
    CREATE TABLE wholes (message INTEGER PRIMARY KEY REFERENCES messages, form TEXT NOT NULL);
    -- The working folder before the first block of a turn and after its last, as git trees.
    CREATE TABLE folders (
        instruction INTEGER PRIMARY KEY REFERENCES messages,
        before TEXT NOT NULL,
        after TEXT
    );
    -- What was about to run: without `execution`, it may have run, and nobody knows how it ended.
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        reply INTEGER NOT NULL REFERENCES messages,
        block TEXT NOT NULL,
        digest TEXT NOT NULL,
        at REAL NOT NULL,
        execution INTEGER REFERENCES messages
    );
    CREATE TABLE usage (
        message INTEGER REFERENCES messages,
        model TEXT NOT NULL,
        input_tokens INTEGER NOT NULL,
        output_tokens INTEGER NOT NULL,
        cached_tokens INTEGER NOT NULL,
        estimated INTEGER NOT NULL,
        cost REAL
    );
    CREATE TABLE endings (message INTEGER PRIMARY KEY REFERENCES messages, reason TEXT NOT NULL, at REAL NOT NULL);
    CREATE TABLE marks (instruction INTEGER PRIMARY KEY REFERENCES messages, good INTEGER NOT NULL, why TEXT NOT NULL);
    """,
)
"""Each makes the version of its number, from 1, out of the one before it."""

VERSION = len(MIGRATIONS)


def prepare(database: sqlite3.Connection) -> None:
    """Make the tables, or bring them up to date.

    Raises StorageFailed for a file of another program, or of a version that is newer than this program.
    """
    for number in range(_version(database), VERSION):
        marks = f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {number + 1};"
        with database:
            database.executescript(f"BEGIN; {MIGRATIONS[number]} {marks}")


def refuse_others(database: sqlite3.Connection) -> None:
    """Raises StorageFailed for a file of another program or of a newer version, and changes nothing."""
    _version(database)


def is_older(database: sqlite3.Connection) -> bool:
    """Whether the file has to be brought up to date before it is read; raises StorageFailed for one that cannot be."""
    if not (version := _version(database)):
        raise StorageFailed("It holds nothing.", "Delete it, or name another session.")
    return version < VERSION


def _version(database: sqlite3.Connection) -> int:
    version: int = database.execute("PRAGMA user_version").fetchone()[0]
    application: int = database.execute("PRAGMA application_id").fetchone()[0]
    tables: int = database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if application != APPLICATION and (application or version or tables):
        raise StorageFailed("It is not a session of this program.", "Name another session.")
    if version > VERSION:
        raise StorageFailed(
            f"It was written by a newer version of this program (form {version}, here {VERSION}).",
            "Update the program: pip install --upgrade kernel-interpreter",
        )
    return version
