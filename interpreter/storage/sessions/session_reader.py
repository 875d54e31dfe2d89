"""A session as it is read: by whoever holds it, or beside another program that does."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from interpreter.core.errors import StorageFailed
from interpreter.core.messages import CodeBlock, Image, Message
from interpreter.storage.sessions.forms import WRONG_FORM, block_of, from_form
from interpreter.storage.sessions.opening import FILE, connect_to_read, refuse_odd_places, told
from interpreter.storage.sessions.picture_files import PictureFiles, name_of


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A block that was about to run and of which no end is known: it may have run."""

    block: CodeBlock
    at: float


@dataclass(frozen=True, slots=True)
class Kept:
    """A message of the conversation with its number; what is masked holds a block that is not what ran."""

    number: int
    message: Message
    is_masked: bool


@dataclass(frozen=True, slots=True)
class Folders:
    """The working folder around a turn, as git trees; `after` is not known where the program ended within the turn."""

    instruction: int
    before: str
    after: str | None


@dataclass(frozen=True, slots=True)
class Mark:
    """What the user thinks of a turn."""

    good: bool
    why: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A message with its place in the tree, and when it was kept, in seconds since 1970."""

    number: int
    parent: int | None
    at: float
    message: Message


@dataclass(frozen=True, slots=True)
class Summary:
    """Of all messages of a session: when the first and the last were kept, in seconds since 1970, the number of the
    last, and how many turns the conversation has."""

    began: float
    changed: float
    last: int
    turns: int


class SessionReader:
    """An open session; any thread may use it, one at a time.

    Every method raises StorageFailed for what cannot be read, and says which session.
    """

    def __init__(self, folder: Path, database: sqlite3.Connection) -> None:
        self.folder = folder
        self._pictures = PictureFiles(folder / "pictures")
        self._turns = threading.RLock()
        self._database = database

    @property
    def name(self) -> str:
        """The name by which it is resumed."""
        return self.folder.name

    def about(self) -> dict[str, str]:
        """What is known of the session besides its messages: title, working folder, model, the time it began."""
        with self._reading() as database:
            return {str(name): str(value) for name, value in database.execute("SELECT name, value FROM about")}

    @property
    def head(self) -> int | None:
        """The number of the last message that is part of the conversation now."""
        value = self.about().get("head")
        with self._understood("which message is the last"):
            return int(value) if value else None

    def path(self) -> list[tuple[int, Message]]:
        """The conversation: every message with its number, oldest first."""
        query = f"SELECT path.id, coalesce(w.form, path.form) FROM ({PATH}) AS path LEFT JOIN wholes AS w"
        with self._reading() as database:
            rows = database.execute(f"{query} ON w.message = path.id ORDER BY path.id", (self.head,)).fetchall()
        return [(number, self._message(number, form)) for number, form in rows]

    def load(self) -> list[Kept]:
        """The conversation as one goes on with it, oldest first.

        Of long outputs it has what a model is told of them, and pictures are read when they are looked at.
        """
        with self._reading() as database:
            rows = database.execute(PATH, (self.head,)).fetchall()
        return [self._kept(number, form, lazily=True) for number, form in rows]

    def folders(self, instructions: Sequence[int]) -> list[Folders]:
        """The folder around those of these turns in which blocks ran, oldest first."""
        marks = ", ".join("?" * len(instructions))
        query = f"SELECT instruction, before, after FROM folders WHERE instruction IN ({marks}) ORDER BY instruction"
        with self._reading() as database:
            return [Folders(*row) for row in database.execute(query, tuple(instructions))]

    def everything(self) -> list[Stored]:
        """Every message that was ever kept, taken back or not, oldest first."""
        with self._reading() as database:
            rows = database.execute(f"SELECT id, parent, at, {_WHOLE} ORDER BY id").fetchall()
        return [Stored(number, parent, at, self._message(number, form)) for number, parent, at, form in rows]

    def forms(self, after: int) -> Iterator[tuple[str, str]]:
        """Kind and JSON form of every message with a higher number than this one, one at a time."""
        with self._reading() as database:
            yield from database.execute(f"SELECT kind, {_WHOLE} WHERE id > ? ORDER BY id", (after,))

    def summary(self) -> Summary:
        """The session in a few numbers."""
        with self._reading() as database:
            began, changed, last = database.execute("SELECT min(at), max(at), max(id) FROM messages").fetchone()
            turns = database.execute(_TURNS, (self.head,)).fetchone()[0]
        return Summary(began or 0.0, changed or 0.0, last or 0, turns or 0)

    def unfinished(self) -> list[Unfinished]:
        """The blocks of the conversation that may have run, oldest first."""
        with self._reading() as database:
            rows = database.execute(
                f"SELECT block, at FROM runs WHERE execution IS NULL AND reply IN (SELECT id FROM ({PATH})) "
                "ORDER BY id",
                (self.head,),
            ).fetchall()
        with self._understood("what was about to run"):
            return [Unfinished(block_of(form), float(at)) for form, at in rows]

    def marks(self) -> dict[int, Mark]:
        """The turns that the user marked, by the number of their instruction."""
        with self._reading() as database:
            rows = database.execute("SELECT instruction, good, why FROM marks ORDER BY instruction").fetchall()
        return {number: Mark(bool(good), why) for number, good, why in rows}

    def usage(self) -> list[dict[str, Any]]:
        """What each reply took, with the number of its message; `cost` in dollars."""
        return self._records("SELECT * FROM usage ORDER BY rowid")

    def endings(self) -> list[dict[str, Any]]:
        """How turns ended, with the number of their last message."""
        return self._records("SELECT * FROM endings ORDER BY message")

    def runs(self) -> list[dict[str, Any]]:
        """What was about to run, with the numbers of its reply and, where its end is known, of its execution."""
        rows = self._records("SELECT reply, block, at, execution FROM runs ORDER BY id")
        with self._understood("what was about to run"):
            return [{**row, "block": asdict(block_of(row["block"]))} for row in rows]

    def picture_file(self, image: Image) -> Path:
        """Where a picture of the session lies."""
        return self.folder / "pictures" / name_of(image)

    def close(self) -> None:
        """Let it go."""
        with self._turns:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _message(self, number: int, text: str) -> Message:
        return self._kept(number, text, lazily=False).message

    def _kept(self, number: int, text: str, *, lazily: bool) -> Kept:
        with self._understood(f"message {number}"):
            form = json.loads(text)
            is_masked = bool((form.get("block") or {}).get("masked"))
            return Kept(number, from_form(form, self._pictures.fetch, lazily=lazily), is_masked)

    @contextmanager
    def _understood(self, what: str) -> Iterator[None]:
        try:
            yield
        except WRONG_FORM as error:
            reason = " ".join(str(error).split())[:100]
            raise StorageFailed(
                f"The session {self.name} is damaged: {what} cannot be read ({reason}).",
                f"Its file is kept: {self.folder / FILE}",
            ) from error

    def _records(self, query: str) -> list[dict[str, Any]]:
        with self._reading() as database:
            cursor = database.execute(query)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._turns, told(self.folder):
            yield self._database


PATH = """
    WITH RECURSIVE path (id, parent, form) AS (
        SELECT id, parent, form FROM messages WHERE id = ?
        UNION ALL SELECT m.id, m.parent, m.form FROM messages AS m JOIN path ON m.id = path.parent
    )
    SELECT id, form FROM path ORDER BY id
"""
"""The conversation that ends with the message of this number."""

_WHOLE = "coalesce(wholes.form, messages.form) FROM messages LEFT JOIN wholes ON message = id"
"""The forms of messages, long outputs included."""

_TURNS = """
    WITH RECURSIVE path (parent, kind) AS (
        SELECT parent, kind FROM messages WHERE id = ?
        UNION ALL SELECT m.parent, m.kind FROM messages AS m JOIN path ON m.id = path.parent
    )
    SELECT sum(kind = 'instruction') FROM path
"""


def read_session(folder: Path) -> SessionReader:
    """Read a session as it is at this moment, without holding it; it may be open elsewhere.

    Raises StorageFailed for what cannot be opened or is no session.
    """
    with told(folder):
        refuse_odd_places(folder)
        database = connect_to_read(folder / FILE)
    return SessionReader(folder, database)
