"""What turns changed in the working folder, and how it is brought back."""

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from interpreter.core.errors import StorageFailed
from interpreter.storage.sessions.session_reader import Folders
from interpreter.storage.sessions.shadow import LIMITS, NO_GIT, Limits, NotKept, Shadow, git_program

Held = tuple[str, str] | None
"""Mode and content of a file; None for no file."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """What bringing files back would do: each path with what it is to hold then.

    `clean` are files that are as the last block left them; `touched` were changed since, or between the turns, by
    somebody else.
    """

    clean: dict[str, Held] = field(default_factory=dict)
    touched: dict[str, Held] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.clean or self.touched)

    @property
    def removed(self) -> tuple[str, ...]:
        """The files that would be gone."""
        return tuple(path for path, held in (self.clean | self.touched).items() if held is None)


class FolderStates:
    """Keeps the state of `folder` before the first block of each turn and after its last, in a session.

    What keeps it from that is in `why_not`, and then it does nothing more. A state is taken in a thread of its own
    while the model thinks.
    """

    def __init__(self, folder: Path, place: Path, path: str, why_not: str = "", limits: Limits = LIMITS) -> None:
        self._folder = folder
        self._shadow = Shadow(folder, place, path, limits)
        self._taking: threading.Thread | None = None
        self._taken: str | None = None
        self.why_not = why_not

    @property
    def is_worth_telling(self) -> bool:
        """Whether the user should be told at once why not: a missing git is no news."""
        return self.why_not != NO_GIT

    @property
    def left_out(self) -> tuple[str, ...]:
        """Files that are too large, or cannot be read: they are not brought back."""
        return self._shadow.left_out

    def begin(self, then: Callable[[str], None] = lambda state: None) -> None:
        """Begin to look at the folder, in the background; `then` is given the state, in that thread."""
        self.wait()
        if not self.why_not:
            self._taking = threading.Thread(target=self._take, args=(then,), daemon=True)
            self._taking.start()

    def wait(self) -> None:
        """Wait for what was begun."""
        if self._taking is not None:
            self._taking.join()
            self._taking = None

    def begun(self) -> str | None:
        """The state that was begun, once it is there; None where there is none."""
        self.wait()
        return self._taken

    def now(self) -> str | None:
        """The state of this moment; None where there is none."""
        self.begin()
        return self.begun()

    def undoing(self, turns: Sequence[Folders]) -> Undoing:
        """What has to be done so that these turns, the oldest first, have changed nothing; raises NotKept."""
        now = self.now() if turns else None
        if now is None:
            return Undoing()
        first: dict[str, Held] = {}
        last: dict[str, Held] = {}
        touched: set[str] = set()
        befores = [*(each.before for each in turns[1:]), now]
        for turn, follows in zip(turns, befores, strict=True):
            for change in self._shadow.changes(turn.before, turn.after or follows):
                # Where the program ended within a turn, nobody knows who did what.
                if turn.after is None or (change.path in last and last[change.path] != change.before):
                    touched.add(change.path)
                first.setdefault(change.path, change.before)
                last[change.path] = change.after
        return self._sorted(first, last, touched, now)

    def _sorted(self, first: dict[str, Held], last: dict[str, Held], touched: set[str], now: str) -> Undoing:
        undoing = Undoing()
        for path, was in first.items():
            here = self._shadow.holds(now, path)
            is_hidden = here is None and os.path.lexists(self._folder / path)
            if path in touched or here != last[path] or is_hidden:
                if here != was or is_hidden:
                    undoing.touched[path] = was
            elif here != was:
                undoing.clean[path] = was
        return undoing

    def bring_back(self, files: dict[str, Held]) -> list[str]:
        """Make these files what they were; returns what went wrong, a line each."""
        wrong = []
        # What is removed first makes room for folders of the same name.
        for path, held in sorted(files.items(), key=lambda item: item[1] is not None):
            try:
                self._shadow.put(path, held)
            except (OSError, NotKept) as error:
                said = error.strerror if isinstance(error, OSError) else str(error)
                wrong.append(f"{path}: {said}")
        return wrong

    def between(self, one: str, other: str) -> dict[str, Held]:
        """The files that differ, with what they held in the first state; raises NotKept."""
        return {change.path: change.before for change in self._shadow.changes(one, other)}

    def _take(self, then: Callable[[str], None]) -> None:
        self._taken = None
        try:
            self._taken = self._shadow.state()
            then(self._taken)
        except (NotKept, StorageFailed, OSError) as error:
            self.why_not = str(error)


def why_not(folder: Path | None, home: Path, path: str) -> str:
    """Why the states of a folder are not kept, empty where they can be; without a folder code runs elsewhere."""
    if folder is None:
        return "code runs on another machine"
    whole, at_home = folder.resolve(), home.resolve()
    if whole == at_home or whole in at_home.parents:
        return "the working folder is the home folder, or holds it"
    try:
        git_program(path, folder)
    except NotKept as error:
        return str(error)
    return ""
