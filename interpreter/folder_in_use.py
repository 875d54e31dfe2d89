"""What the turns of the session in use did to the working folder, kept so that it can be brought back."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from interpreter.core.errors import StorageFailed
from interpreter.core.events import Notice

if TYPE_CHECKING:
    from interpreter.storage.sessions.folder_states import FolderStates, Held, Undoing
    from interpreter.storage.sessions.session_file import SessionFile


class FolderInUse:
    """The states of `folder`, None where code runs on another machine, kept with `session`, None while there is none.

    git is looked for, and what reads it imported, with the first instruction of a session.
    """

    def __init__(self, folder: Path | None, session: "Callable[[], SessionFile | None]") -> None:
        self._folder = folder
        self._session = session
        self._states: FolderStates | None = None
        self._has_told_why_not = False

    @property
    def why_not(self) -> str:
        """Why files are not brought back, empty where they are."""
        from interpreter.storage.sessions.folder_states import why_not

        states = self._kept()
        return states.why_not if states is not None else why_not(self._folder, Path.home(), _path())

    def wait(self) -> None:
        """Wait until it is kept what the folder holds after the last turn: what changes later is somebody else's."""
        if self._states is not None:
            self._states.wait()

    def leave(self) -> None:
        """Another session goes on from here."""
        self.wait()
        self._states, self._has_told_why_not = None, False

    # -- a turn -----------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """An instruction has come: its code will find the folder as it is now."""
        if states := self._kept():
            states.begin()

    def keep_before(self, number: int) -> bool:
        """Keep what the first block of the turn with this number finds; False where that cannot be."""
        states, session = self._states, self._session()
        if states is None or session is None or (state := states.begun()) is None:
            return False
        try:
            session.keep_folder_before(number, state)
        except StorageFailed:
            return False
        return True

    def keep_after(self, number: int) -> None:
        """Keep, meanwhile, what the turn left."""
        session = self._session()
        if self._states is not None and session is not None:
            self._states.begin(lambda state: session.keep_folder_after(number, state))

    def told(self) -> Iterator[Notice]:
        """Once a session: why nothing can be brought back, where somebody may count on it."""
        states = self._states
        if states is not None and states.why_not and not self._has_told_why_not and states.is_worth_telling:
            self._has_told_why_not = True
            yield Notice(f"What code changes in this folder cannot be brought back by %undo: {states.why_not}.")

    # -- back -------------------------------------------------------------------------------------------------------

    def undoing(self, numbers: Sequence[int]) -> "Undoing | None":
        """What would bring the files back that these turns changed; None where their states are not kept."""
        from interpreter.storage.sessions.shadow import NotKept

        states, session = self._kept(), self._session()
        if session is None or states is None or states.why_not:
            return None
        try:
            states.wait()
            return states.undoing(session.folders(numbers))
        except NotKept as error:
            states.why_not = str(error)
            return None

    def state(self) -> str | None:
        """The state that the turn which is being taken back leaves behind, if it can be kept."""
        return self._states.begun() if self._states is not None else None

    def bring_back(self, files: "dict[str, Held]") -> list[str]:
        """Write these files as they were; returns what went wrong."""
        return self._states.bring_back(files) if self._states is not None else []

    def bring_back_state(self, state: str) -> list[str]:
        """Make the folder what it was in this state; returns what went wrong."""
        if self._states is None or not (now := self._states.now()):
            return []
        return self._states.bring_back(self._states.between(state, now))

    def _kept(self) -> "FolderStates | None":
        """Those of the session, None before its first instruction."""
        session = self._session()
        if self._states is None and session is not None:
            from interpreter.storage.sessions.folder_states import FolderStates, why_not

            reason = why_not(self._folder, Path.home(), _path())
            self._states = FolderStates(self._folder or Path("/"), session.folder, _path(), reason)
        return self._states


def _path() -> str:
    return os.environ.get("PATH", os.defpath)
