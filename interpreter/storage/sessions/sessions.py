"""The folder of all sessions: make one, open one, find one by a part of its name, delete one."""

import secrets
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from interpreter.core.errors import StorageFailed, WrongUsage
from interpreter.storage.paths import private_folder
from interpreter.storage.sessions.index import SessionIndex, unique
from interpreter.storage.sessions.lock import Lock
from interpreter.storage.sessions.session_file import BUSY_SECONDS, FILE, SessionFile, copied, told
from interpreter.storage.sessions.shadow import FOLDER


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
        return self._opened(self._new_folder())

    def open(self, said: str) -> SessionFile:
        """The session of that name, or the only one with that part in its name; raises WrongUsage or StorageFailed."""
        return self._opened(self.folder / self.name(said))

    def name(self, said: str) -> str:
        """The whole name of the session that is meant; raises WrongUsage where that is none or not one."""
        names = [folder.name for folder in self._folders()]
        found = unique(names, said.strip())
        if not said.strip() or not found:
            raise WrongUsage(f"There is no session {said}.", "List them: interpreter sessions")
        if len(found) > 1:
            raise WrongUsage(f"{said} may be {', '.join(found[:5])}.", "Say more of its name.")
        return found[0]

    def latest(self) -> str:
        """The name of the session that was written to last; raises WrongUsage where there is none."""
        # Not from the index: that would read all that a long session has new, before one can go on with it.
        newest = max(self._folders(), key=_written, default=None)
        if newest is None:
            raise WrongUsage("There is no session to go on with yet.", "Start one: interpreter")
        return newest.name

    def copy(self, name: str) -> SessionFile:
        """A copy of the session under a new name, opened; the session itself may be held by anybody.

        Raises StorageFailed.
        """
        source, target = self.folder / name, self._new_folder()
        with told(source):
            private_folder(target)
            database = sqlite3.connect(f"{(source / FILE).absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
            with closing(database):
                copied(database, target / FILE)
            for part in ("pictures", FOLDER):
                if (source / part).is_dir():
                    shutil.copytree(source / part, target / part, symlinks=True, dirs_exist_ok=True)
        session = self._opened(target)
        session.describe(copy_of=name)
        return session

    def delete(self, name: str) -> None:
        """Delete a session with all that it holds, also out of the index; raises SessionHeld or StorageFailed."""
        folder = self.folder / name
        with told(folder):
            lock = Lock(folder / "lock")
            lock.take()
            try:
                shutil.rmtree(folder)
            finally:
                lock.release()
        self.index.forget(name)

    def _folders(self) -> list[Path]:
        try:
            return sorted(folder for folder in self.folder.iterdir() if (folder / FILE).is_file())
        except OSError:
            return []

    def _new_folder(self) -> Path:
        began = time.strftime("%Y%m%d-%H%M%S", time.localtime(self.clock()))
        return self.folder / f"{began}-{secrets.token_hex(2)}"

    def _opened(self, folder: Path) -> SessionFile:
        if folder.parent != self.folder:
            raise StorageFailed(f"{folder.name} is no name of a session.", "List them: interpreter sessions")
        return SessionFile(folder, redact=self.redact, clock=self.clock)


def _written(folder: Path) -> int:
    """When a session was last written to, in nanoseconds; what is new may stand in the file beside it."""
    files = (folder / FILE, folder / f"{FILE}-wal")
    # An empty one was only made by whoever read the session.
    found = [file.stat() for file in files if file.exists()]
    return max((each.st_mtime_ns for each in found if each.st_size), default=0)
