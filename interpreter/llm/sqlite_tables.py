"""What a SQLite file holds, in a line that a small model reads: its tables and their columns."""

import sqlite3
from contextlib import closing
from pathlib import Path

DATABASE = b"SQLite format 3\0"
"""What such a file begins with."""

MOST = 6
"""Tables that are told of, with `COLUMNS` columns each."""
COLUMNS = 12

_NAMES = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND substr(name, 1, 7) <> 'sqlite_'"


def tables(path: Path, name: str) -> str:
    """`shop.db is a SQLite database with the tables customers (id, name), orders (id, amount)`.

    The file is only read, and no lock is waited for: whoever writes to it is not disturbed.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0)) as database:
            found = database.execute(_NAMES).fetchmany(MOST + 1)
            told = [f"{table} ({', '.join(_columns(database, table))})" for (table,) in found[:MOST]]
    except sqlite3.Error:
        return f"{name} is a SQLite database."
    more = " and more" if len(found) > MOST else ""
    return f"{name} is a SQLite database with the tables {', '.join(told)}{more}." if told else f"{name} has no tables."


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    rows = database.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchmany(COLUMNS + 1)
    names = [str(column) for (column,) in rows]
    return [*names[:COLUMNS], "…"] if len(names) > COLUMNS else names
