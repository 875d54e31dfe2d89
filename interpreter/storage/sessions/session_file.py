"""A session that is written to: its messages as a tree, what ran, what it cost."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from interpreter.core.messages import CodeBlock, Message
from interpreter.core.ports import Usage
from interpreter.storage.paths import private_folder
from interpreter.storage.sessions.broken_off import note_left, note_open
from interpreter.storage.sessions.changed import note_change
from interpreter.storage.sessions.forms import SMALL, as_form, shortened, storable
from interpreter.storage.sessions.lock import Lock
from interpreter.storage.sessions.opening import BUSY_SECONDS, FILE, refuse_odd_places, told
from interpreter.storage.sessions.schema import prepare, refuse_others
from interpreter.storage.sessions.session_reader import SessionReader


class SessionFile(SessionReader):
    """An open session, held for this program alone; any thread may use it, one at a time.

    `folder` is made where it is missing, unless `makes` is False. `redact` takes known secrets out of all that is kept;
    `clock` gives seconds since 1970. Raises StorageFailed for what cannot be opened or is no session, SessionHeld where
    it is open elsewhere. Every method raises StorageFailed where the disk does not take more; what was kept before
    stays.
    """

    def __init__(
        self, folder: Path, *, redact: Callable[[str], str] = str, clock: Callable[[], float], makes: bool = True
    ) -> None:
        self._redact = redact
        self._clock = clock
        self._lock = Lock(folder / "lock")
        with told(folder):
            refuse_odd_places(folder)
            _find(folder, makes=makes)
            self._lock.take()
            try:
                # Somebody may have deleted it meanwhile.
                _find(folder, makes=makes)
                note_change(folder)
                super().__init__(folder, _opened(folder / FILE))
                note_open(folder)
            except BaseException:
                self._lock.release()
                raise

    # -- what it is ---------------------------------------------------------------------------------------------------

    def describe(self, **facts: str) -> None:
        """Keep facts of `about`, in place of older ones."""
        with self._writing() as database:
            database.executemany(
                "INSERT OR REPLACE INTO about VALUES (?, ?)",
                [(name, storable(self._redact(value))) for name, value in facts.items()],
            )

    # -- its messages -------------------------------------------------------------------------------------------------

    def move(self, head: int | None) -> None:
        """Make another message the last one: what stood behind it stays beside, and is no part of the conversation."""
        with self._writing() as database:
            _set_head(database, head)

    def add(self, message: Message, *, parent: int | None, lasting: bool = False) -> int:
        """Append a message behind `parent`, make it the head and return its number.

        With `lasting` it is on the disk itself before this returns; otherwise a crash of the machine may take it, but
        none of the program.
        """
        with told(self.folder):
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

    # -- the working folder -------------------------------------------------------------------------------------------

    def keep_folder_before(self, instruction: int, tree: str) -> None:
        """Keep what the folder held before the first block of a turn."""
        with self._writing() as database:
            database.execute("INSERT OR REPLACE INTO folders VALUES (?, ?, NULL)", (instruction, tree))

    def keep_folder_after(self, instruction: int, tree: str) -> None:
        """Keep what the folder held when the turn had ended."""
        with self._writing() as database:
            database.execute("UPDATE folders SET after = ? WHERE instruction = ?", (tree, instruction))

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

    def mark(self, instruction: int, *, good: bool, why: str = "") -> None:
        """Keep what the user thinks of the turn that begins with this message, in place of what was thought before."""
        with self._writing() as database:
            row = (instruction, good, storable(self._redact(why)))
            database.execute("INSERT OR REPLACE INTO marks VALUES (?, ?, ?)", row)

    # -- its end ------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Let others have it."""
        super().close()
        note_left(self.folder)
        self._lock.release()

    @contextmanager
    def _writing(self, *, lasting: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction; outside of one, SQLite lets it be said how sure it has to be."""
        with self._turns, told(self.folder):
            self._database.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}")
            with self._database:
                yield self._database


def _find(folder: Path, *, makes: bool) -> None:
    if makes:
        private_folder(folder)
    else:
        # Not to make a session in somebody else's folder.
        (folder / FILE).stat()


def make_file(file: Path) -> None:
    """Make the file of a new session; raises what SQLite does, OSError or StorageFailed."""
    _opened(file).close()


def _opened(file: Path) -> sqlite3.Connection:
    if not file.exists():
        # Before SQLite makes it: whatever the umask, nobody else may read it.
        file.touch(mode=0o600)
    database = sqlite3.connect(file, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        # Before anything is written: of others, not one byte is changed.
        refuse_others(database)
        # A file system that has no shared memory keeps the mode that it has.
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA foreign_keys = ON")
        prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def _set_head(database: sqlite3.Connection, head: int | None) -> None:
    database.execute("INSERT OR REPLACE INTO about VALUES ('head', ?)", ("" if head is None else str(head),))
