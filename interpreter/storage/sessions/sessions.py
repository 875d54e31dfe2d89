"""The folder of all sessions: make one, open one, find one by a part of its name, delete one."""

import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from interpreter.core.errors import StorageFailed, WrongUsage
from interpreter.storage.sessions.index import SessionIndex, unique
from interpreter.storage.sessions.lock import Lock
from interpreter.storage.sessions.session_file import SessionFile, told


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
        began = time.strftime("%Y%m%d-%H%M%S", time.localtime(self.clock()))
        return self._opened(self.folder / f"{began}-{secrets.token_hex(2)}")

    def open(self, said: str) -> SessionFile:
        """The session of that name, or the only one with that part in its name; raises WrongUsage or StorageFailed."""
        return self._opened(self.folder / self.name(said))

    def name(self, said: str) -> str:
        """The whole name of the session that is meant; raises WrongUsage where that is none or not one."""
        names = [each.name for each in self.index.sessions()]
        found = unique(names, said.strip())
        if not said.strip() or not found:
            raise WrongUsage(f"There is no session {said}.", "List them: interpreter sessions")
        if len(found) > 1:
            raise WrongUsage(f"{said} may be {', '.join(found[:5])}.", "Say more of its name.")
        return found[0]

    def latest(self) -> str:
        """The name of the session that was changed last; raises WrongUsage where there is none."""
        if not (newest := self.index.sessions(1)):
            raise WrongUsage("There is no session to go on with yet.", "Start one: interpreter")
        return newest[0].name

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

    def _opened(self, folder: Path) -> SessionFile:
        if folder.parent != self.folder:
            raise StorageFailed(f"{folder.name} is no name of a session.", "List them: interpreter sessions")
        return SessionFile(folder, redact=self.redact, clock=self.clock)
