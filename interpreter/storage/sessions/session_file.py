"""One session on disk: its messages as a tree, what ran, what it cost."""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from interpreter.core.errors import StorageFailed
from interpreter.core.messages import CodeBlock, Message
from interpreter.core.ports import Usage
from interpreter.storage.paths import private_folder
from interpreter.storage.sessions.changed import note_change
from interpreter.storage.sessions.forms import SMALL, as_form, from_form, shortened
from interpreter.storage.sessions.lock import Lock
from interpreter.storage.sessions.picture_files import PictureFiles
from interpreter.storage.sessions.schema import prepare

FILE = "session.sqlite3"

BUSY_SECONDS = 5.0
"""How long a statement waits for another program that reads."""


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


class SessionFile:
    """An open session, held for this program alone; any thread may use it, one at a time.

    `folder` is made where it is missing. `redact` takes known secrets out of all that is kept; `clock` gives seconds
    since 1970. Raises StorageFailed for what cannot be opened or is no session, SessionHeld where it is open elsewhere.
    Every method raises StorageFailed where the disk does not take more; what was kept before stays.
    """

    def __init__(self, folder: Path, *, redact: Callable[[str], str] = str, clock: Callable[[], float]) -> None:
        self.folder = folder
        self._redact = redact
        self._clock = clock
        self._pictures = PictureFiles(folder / "pictures")
        self._turns = threading.RLock()
        self._lock = Lock(folder / "lock")
        with told(folder):
            _refuse_links(folder)
            private_folder(folder)
            self._lock.take()
            try:
                note_change(folder)
                self._database = _opened(folder / FILE)
            except BaseException:
                self._lock.release()
                raise

    @property
    def name(self) -> str:
        """The name by which it is resumed."""
        return self.folder.name

    # -- what it is ---------------------------------------------------------------------------------------------------

    def about(self) -> dict[str, str]:
        """What is known of the session besides its messages: title, working folder, model, the time it began."""
        with self._reading() as database:
            return dict(database.execute("SELECT name, value FROM about"))

    def describe(self, **facts: str) -> None:
        """Keep facts of `about`, in place of older ones."""
        with self._writing() as database:
            database.executemany(
                "INSERT OR REPLACE INTO about VALUES (?, ?)",
                [(name, storable(self._redact(value))) for name, value in facts.items()],
            )

    # -- its messages -------------------------------------------------------------------------------------------------

    @property
    def head(self) -> int | None:
        """The number of the last message that is part of the conversation now."""
        value = self.about().get("head")
        return int(value) if value else None

    def move(self, head: int | None) -> None:
        """Make another message the last one: what stood behind it stays beside, and is no part of the conversation."""
        with self._writing() as database:
            _set_head(database, head)

    def add(self, message: Message, *, parent: int | None, lasting: bool = False) -> int:
        """Append a message behind `parent`, make it the head and return its number.

        With `lasting` it is on the disk itself before this returns; otherwise a crash of the machine may take it, but
        none of the program.
        """
        form = as_form(message, self._pictures.keep, self._redact)
        whole = json.dumps(form, default=str)
        short = whole if len(whole) <= SMALL else json.dumps(shortened(form), default=str)
        with self._writing(lasting=lasting) as database:
            number = database.execute(
                "INSERT INTO messages (parent, kind, form, at) VALUES (?, ?, ?, ?)",
                (parent, message.kind, short, self._clock()),
            ).lastrowid
            assert number is not None
            if short != whole:
                database.execute("INSERT INTO wholes VALUES (?, ?)", (number, whole))
            if message.kind == "execution":
                database.execute(
                    "UPDATE runs SET execution = ? WHERE reply = ? AND execution IS NULL", (number, parent)
                )
            _set_head(database, number)
        return number

    def path(self) -> list[tuple[int, Message]]:
        """The conversation: every message with its number, oldest first."""
        query = f"SELECT path.id, coalesce(w.form, path.form) FROM ({_PATH}) AS path LEFT JOIN wholes AS w"
        with self._reading() as database:
            rows = database.execute(f"{query} ON w.message = path.id ORDER BY path.id", (self.head,)).fetchall()
        return [(number, self._kept(number, form, lazily=False).message) for number, form in rows]

    def load(self) -> list[Kept]:
        """The conversation as one goes on with it, oldest first.

        Of long outputs it has what a model is told of them, and pictures are read when they are looked at.
        """
        with self._reading() as database:
            rows = database.execute(_PATH, (self.head,)).fetchall()
        return [self._kept(number, form, lazily=True) for number, form in rows]

    def _kept(self, number: int, text: str, *, lazily: bool) -> Kept:
        try:
            form = json.loads(text)
            is_masked = bool((form.get("block") or {}).get("masked"))
            return Kept(number, from_form(form, self._pictures.fetch, lazily=lazily), is_masked)
        except (KeyError, TypeError, ValueError) as error:
            raise StorageFailed(
                f"The session {self.name} is damaged: message {number} cannot be read ({error}).",
                f"Its file is kept: {self.folder / FILE}",
            ) from error

    # -- what ran -----------------------------------------------------------------------------------------------------

    def begin_run(self, block: CodeBlock, *, reply: int) -> None:
        """A block is about to run: on the disk itself before this returns."""
        form = {**asdict(block), "code": self._redact(block.code)}
        digest = hashlib.sha256(block.code.encode("utf-8", "surrogatepass")).hexdigest()
        with self._writing(lasting=True) as database:
            database.execute(
                "INSERT INTO runs (reply, block, digest, at) VALUES (?, ?, ?, ?)",
                (reply, json.dumps(form), digest, self._clock()),
            )

    def unfinished(self) -> list[Unfinished]:
        """The blocks of the conversation that may have run, oldest first."""
        with self._reading() as database:
            rows = database.execute(
                f"SELECT block, at FROM runs WHERE execution IS NULL AND reply IN (SELECT id FROM ({_PATH})) "
                "ORDER BY id",
                (self.head,),
            ).fetchall()
        return [Unfinished(CodeBlock(**json.loads(form)), at) for form, at in rows]

    # -- the working folder -------------------------------------------------------------------------------------------

    def keep_folder_before(self, instruction: int, tree: str) -> None:
        """Keep what the folder held before the first block of a turn."""
        with self._writing() as database:
            database.execute("INSERT OR REPLACE INTO folders VALUES (?, ?, NULL)", (instruction, tree))

    def keep_folder_after(self, instruction: int, tree: str) -> None:
        """Keep what the folder held when the turn had ended."""
        with self._writing() as database:
            database.execute("UPDATE folders SET after = ? WHERE instruction = ?", (tree, instruction))

    def folders(self, instructions: Sequence[int]) -> list[Folders]:
        """The folder around those of these turns in which blocks ran, oldest first."""
        marks = ", ".join("?" * len(instructions))
        query = f"SELECT instruction, before, after FROM folders WHERE instruction IN ({marks}) ORDER BY instruction"
        with self._reading() as database:
            return [Folders(*row) for row in database.execute(query, tuple(instructions))]

    # -- how it went --------------------------------------------------------------------------------------------------

    def add_usage(self, usage: Usage, *, message: int | None, model: str, cost: float | None) -> None:
        """Keep what a reply took; `cost` in dollars, None where the price is not known."""
        tokens = (usage.input_tokens, usage.output_tokens, usage.cached_tokens, usage.estimated)
        row = (message, storable(model), *tokens, cost)
        with self._writing() as database:
            database.execute("INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def end_turn(self, reason: str, *, message: int) -> None:
        """Keep how the turn that ends with this message ended: on the disk itself before this returns."""
        with self._writing(lasting=True) as database:
            database.execute("INSERT OR REPLACE INTO endings VALUES (?, ?, ?)", (message, reason, self._clock()))

    # -- its end ------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Let others have it."""
        with self._turns:
            self._database.close()
            self._lock.release()

    def __enter__(self) -> "SessionFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._turns, told(self.folder):
            yield self._database

    @contextmanager
    def _writing(self, *, lasting: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction; outside of one, SQLite lets it be said how sure it has to be."""
        with self._turns, told(self.folder):
            self._database.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}")
            with self._database:
                yield self._database


_PATH = """
    WITH RECURSIVE path (id, parent, form) AS (
        SELECT id, parent, form FROM messages WHERE id = ?
        UNION ALL SELECT m.id, m.parent, m.form FROM messages AS m JOIN path ON m.id = path.parent
    )
    SELECT id, form FROM path ORDER BY id
"""


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """What goes wrong with a file below, as an error of ours that names it; the file is kept as it is."""
    try:
        yield
    except StorageFailed as error:
        if folder.name in str(error):
            raise
        raise StorageFailed(f"The session {folder.name} cannot be opened. {error}", error.hint) from error
    except sqlite3.OperationalError as error:
        raise StorageFailed(
            f"The session {folder.name} cannot be read or written: {error}.",
            f"Make room, or look at who may write to {folder}.",
        ) from error
    except sqlite3.DatabaseError as error:
        raise StorageFailed(
            f"The session {folder.name} is damaged: {error}.", f"Its file is kept: {folder / FILE}"
        ) from error
    except OSError as error:
        raise StorageFailed(
            f"The session {folder.name} cannot be read or written: {error.strerror or error}.",
            f"Look at {folder}, or name another session.",
        ) from error


def _opened(file: Path) -> sqlite3.Connection:
    if not file.exists():
        # Before SQLite makes it: whatever the umask, nobody else may read it.
        file.touch(mode=0o600)
    database = sqlite3.connect(file, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        # A file system that has no shared memory keeps the mode that it has.
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA foreign_keys = ON")
        prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def _refuse_links(folder: Path) -> None:
    """A link could lead a session's text to where others read it."""
    if any(path.is_symlink() for path in (folder, folder / FILE, folder / "pictures")):
        raise StorageFailed("It is a link, or holds one.", "Put the folder itself in its place.")


def storable(text: str) -> str:
    """Text that SQLite can hold: half a character, as a damaged file name has, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def _set_head(database: sqlite3.Connection, head: int | None) -> None:
    database.execute("INSERT OR REPLACE INTO about VALUES ('head', ?)", ("" if head is None else str(head),))


def copied(database: sqlite3.Connection, file: Path) -> None:
    """Make a copy of a session that may be in use; raises sqlite3.Error or OSError."""
    file.touch(mode=0o600)
    copy = sqlite3.connect(file)
    try:
        database.backup(copy)
    finally:
        copy.close()


def rows_of(file: Path, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Read a session that another program may hold, without holding it; raises sqlite3.Error or OSError."""
    database = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
    try:
        return database.execute(query, values).fetchall()
    finally:
        database.close()
