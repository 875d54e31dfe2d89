"""The folder of all sessions: make one, open or read one, find one by a part of its name, copy one, delete some."""

import secrets
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from interpreter.core.errors import StorageFailed, WrongUsage
from interpreter.storage.paths import private_folder
from interpreter.storage.sessions.aside import made_aside, remove, sweep
from interpreter.storage.sessions.changed import CHANGED, note_change
from interpreter.storage.sessions.folder import session_names, unique
from interpreter.storage.sessions.index import Listed, SessionIndex
from interpreter.storage.sessions.lock import Lock, is_held
from interpreter.storage.sessions.opening import FILE, connect_to_read, refuse_odd_places, told
from interpreter.storage.sessions.session_file import SessionFile, make_file
from interpreter.storage.sessions.session_reader import (
    SessionReader,
    read_session,
)
from interpreter.storage.sessions.shadow import FOLDER

LATEST = "latest"
"""What may be said in place of the name of the session that was changed last."""

DAY = 86_400.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions below `folder`; `redact` takes secrets out of what is kept, `clock` gives seconds since 1970."""

    folder: Path
    redact: Callable[[str], str] = str
    clock: Callable[[], float] = time.time

    @property
    def index(self) -> SessionIndex:
        """The list of them, and the search in them."""
        return SessionIndex(self.folder)

    def new(self) -> SessionFile:
        """A new session, named after the time; raises StorageFailed."""
        sweep(self.folder, self.clock())
        folder = self.folder / self._free_name()
        with told(folder), made_aside(folder) as draft:
            make_file(draft / FILE)
        return self._opened(folder.name)

    def open(self, said: str) -> SessionFile:
        """The session that is meant, held for this program alone; raises WrongUsage or StorageFailed."""
        return self._opened(self.name(said))

    def read(self, said: str) -> SessionReader:
        """The session that is meant as it is now, which may be open elsewhere; raises WrongUsage or StorageFailed."""
        return read_session(self.folder / self.name(said))

    def name(self, said: str) -> str:
        """The whole name of the session that is meant; raises WrongUsage where that is none or not one."""
        if (said := said.strip()) == LATEST:
            return self.latest()
        found = unique(session_names(self.folder), said)
        if not said or not found:
            raise WrongUsage(f"There is no session {said}.", "List them: interpreter sessions")
        if len(found) > 1:
            raise WrongUsage(f"{said} may be {', '.join(found[:5])}.", "Say more of its name.")
        return found[0]

    def latest(self) -> str:
        """The name of the session that was written to last; raises WrongUsage where there is none."""
        # Not from the index: that would read all that a long session has new, before one can go on with it.
        folders = (self.folder / name for name in session_names(self.folder))
        newest = max((folder for folder in folders if (folder / FILE).is_file()), key=_written, default=None)
        if newest is None:
            raise WrongUsage("There is no session to go on with yet.", "Start one: interpreter")
        return newest.name

    def rename(self, said: str, title: str) -> None:
        """Give a session another title; raises WrongUsage, SessionHeld or StorageFailed."""
        with self.open(said) as session:
            session.describe(title=title)

    def copy(self, said: str) -> str:
        """Copy a session, which may be open elsewhere; returns the copy's name. Raises WrongUsage or StorageFailed."""
        source, name = self.folder / self.name(said), self._free_name()
        target = self.folder / name
        with told(source):
            refuse_odd_places(source)
            with closing(connect_to_read(source / FILE)) as database, made_aside(target) as draft:
                _copy(database, source, draft)
                note_change(target)
        return name

    def unchanged_for(self, days: float) -> list[Listed]:
        """The sessions that nothing was added to for so many days and nobody has open, the newest first."""
        before = self.clock() - days * DAY
        old = (each for each in self.index.sessions() if each.changed < before)
        return [each for each in old if not is_held(self.folder / each.name / "lock")]

    def delete(self, *names: str) -> list[StorageFailed]:
        """Delete sessions with all that they hold, also out of the index; returns why some could not be deleted."""
        gone: list[str] = []
        problems: list[StorageFailed] = []
        for name in names:
            try:
                self._delete(name)
                gone.append(name)
            except StorageFailed as error:
                problems.append(error)
        sweep(self.folder, self.clock())
        if gone:
            self.index.forget(*gone)
        return problems

    def _delete(self, name: str) -> None:
        folder = self.folder / name
        with told(folder):
            if folder.is_symlink():
                # What it leads to is not ours.
                folder.unlink()
                return
            lock = Lock(folder / "lock")
            lock.take()
            try:
                remove(folder)
            finally:
                lock.release()
        with suppress(OSError):
            (self.folder / CHANGED / name).unlink()

    def _free_name(self) -> str:
        began = time.strftime("%Y%m%d-%H%M%S", time.localtime(self.clock()))
        return f"{began}-{secrets.token_hex(2)}"

    def _opened(self, name: str) -> SessionFile:
        if Path(name).name != name:
            raise StorageFailed(f"{name} is no name of a session.", "List them: interpreter sessions")
        return SessionFile(self.folder / name, redact=self.redact, clock=self.clock, makes=False)


def _copy(database: sqlite3.Connection, source: Path, target: Path) -> None:
    (target / FILE).touch(mode=0o600)
    with closing(sqlite3.connect(target / FILE)) as copy:
        database.backup(copy)
    for picture in _files(source / "pictures"):
        kept = private_folder(target / "pictures") / picture.name
        kept.touch(mode=0o600)
        shutil.copyfile(picture, kept)
    if (source / FOLDER).is_dir():
        shutil.copytree(source / FOLDER, target / FOLDER, symlinks=True)


def _files(folder: Path) -> Iterable[Path]:
    return [each for each in folder.iterdir() if each.is_file() and not each.is_symlink()] if folder.is_dir() else []


def _written(folder: Path) -> int:
    """When a session was last written to, in nanoseconds; what is new may stand in the file beside it."""
    files = (folder / FILE, folder / f"{FILE}-wal")
    # An empty one was only made by whoever read the session.
    found = [file.stat() for file in files if file.exists()]
    return max((each.st_mtime_ns for each in found if each.st_size), default=0)
