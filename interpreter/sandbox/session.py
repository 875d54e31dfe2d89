"""The box of a session: each of its kernels runs in it, with the rights that the user gave and gives."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock

from interpreter.core.errors import WrongUsage
from interpreter.core.removal import remove_tree
from interpreter.sandbox.box import Box, Kind
from interpreter.sandbox.choose import made
from interpreter.sandbox.environment import environment_in_box
from interpreter.sandbox.inside.attempts import started
from interpreter.sandbox.rights import Limits, Rights

PREFIX = "itp-box-"
OWNER = "owner"
"""The file of a state folder that tells whose it is: a process's number, and when that began."""


class SessionBox:
    """A box of this `kind`, made when the first kernel starts in it.

    `rights` may be added to between two starts: what runs keeps those that it began with.
    """

    def __init__(self, kind: Kind, rights: Rights, limits: Limits = Limits()) -> None:  # noqa: B008 - a value
        self.kind = kind
        self.rights = rights
        self._limits = limits
        self._box = self._made()
        self._is_prepared = False
        self._lock = Lock()
        self.is_apart = self._box.is_apart

    def confine(self, argv: list[str], folder: Path) -> list[str]:
        """The command that starts `argv` in the box; raises OSError where the box cannot be made."""
        with self._lock:
            if not self._is_prepared:
                self._box.prepare()
                self._is_prepared = True
            return self._box.confine(argv, folder)

    def environment(self, environ: Mapping[str, str], named: tuple[str, ...]) -> dict[str, str]:
        """What code in it sees of the environment."""
        return environment_in_box(environ, self._box, self.rights, named)

    def grant(self, rights: Rights) -> None:
        """Begin with these rights from the next start on."""
        with self._lock:
            held, self.rights = self._box, replace(rights, protected=self._box.protected)
            self._box = self._made()
            self._box.prepare()
            self._is_prepared = True
            held.close()

    def shows(self, path: Path) -> bool:
        """Whether code in it can read a file of the user's where that is."""
        places = (self.rights.folder, *self.rights.read, *self.rights.write)
        return any(path.is_relative_to(place) for place in places)

    def show(self, source: Path) -> Path:
        """Copy a file to where code in it can read it; gives the path there, which nobody in it can write to."""
        self.rights.make_folders()
        folder = self.rights.attached
        for number in range(1_000_000):
            target = folder / (source.name if not number else f"{source.stem}-{number}{source.suffix}")
            with suppress(FileExistsError), target.open("xb") as there, source.open("rb") as here:
                shutil.copyfileobj(here, there)
                return target
        raise AssertionError("numbers do not end")

    def close(self) -> None:
        """Remove all that it made, once nothing runs in it any more."""
        self._box.close()
        remove_tree(self.rights.state)

    def _made(self) -> Box:
        box = made(self.kind, self.rights, self._limits)
        if box is None:
            raise WrongUsage(f"There is no box of the kind {self.kind} here.", "See which work: interpreter doctor")
        return box


def new_state(folder: Path) -> Path:
    """A private folder for what a session's box needs, below `folder`; what dead programs left there is removed."""
    sweep(folder)
    state = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder)).resolve()
    (state / OWNER).write_text(f"{os.getpid()} {_began(os.getpid())}", encoding="ascii")
    return state


def sweep(folder: Path) -> None:
    """Remove the state of sessions whose program is gone: our own alone."""
    for state in folder.glob(f"{PREFIX}*"):
        with suppress(OSError, ValueError):
            if state.is_symlink() or state.stat().st_uid != os.geteuid():
                continue
            process, began = (state / OWNER).read_text(encoding="ascii").split()
            if _began(int(process)) != began:
                remove_tree(state)


def _began(process: int) -> str:
    """What tells a process from others with its number; empty for one that is gone."""
    try:
        return str(started(process))
    except (OSError, ValueError, IndexError):
        return ""


def checked_folder(folder: Path, home: Path, ours: tuple[Path, ...] = ()) -> None:
    """Raises WrongUsage for a working folder around which a box would protect nothing, or that is one of `ours`."""
    resolved = folder.resolve()
    if held := [path for path in ours if resolved.is_relative_to(path.resolve())]:
        raise WrongUsage(
            f"{folder} is to be worked in, and the program keeps its own files in {held[0]}.",
            "Work in another folder: --cwd",
        )
    if resolved in (home.resolve(), Path("/")) or resolved in home.resolve().parents:
        raise WrongUsage(
            f"A box keeps code out of your home folder, and {folder} is to be worked in: that is it, or above it.",
            "Work in a folder below it, such as --cwd ~/work, or without a box: --sandbox none",
        )


def in_words(kind: Kind, rights: Rights) -> str:
    """What a box lets code do, in a line."""
    network = "uses the network" if rights.network else "has no network"
    written = "".join(f", {path}" for path in rights.write)
    read = f"; reads {', '.join(map(str, rights.read_by_user))}" if rights.read_by_user else ""
    return f"in a box ({kind}): it may change this folder{written}, and {network}{read}"


def checked_ours(kind: Kind, rights: Rights) -> None:
    """Raises WrongUsage where folders of the program lie in what code may use, and the box cannot leave them out."""
    if kind == "landlock" and rights.hidden:
        raise WrongUsage(
            f"{rights.hidden[0]} is the program's own, lies in what code may use, and landlock cannot leave it out.",
            "Set INTERPRETER_HOME to a folder elsewhere, or install bubblewrap.",
        )


def absolute(paths: tuple[Path, ...], folder: Path) -> tuple[Path, ...]:
    """What the user named, as a box takes it.

    Raises WrongUsage for what is not there, for everything, and for a link in the working folder that leads out of it:
    code may have made it.
    """
    found = []
    for path in paths:
        whole = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - the link is what code will name
        if not whole.exists():
            raise WrongUsage(f"{path} does not exist, so code cannot be allowed to use it.", "Check the path.")
        if whole == Path("/"):
            raise WrongUsage("A box around everything is none.", "Name a folder, or run without: --sandbox none")
        resolved = whole.resolve()
        if whole.is_relative_to(folder) and not resolved.is_relative_to(folder.resolve()):
            raise WrongUsage(f"{path} is a link to {resolved}.", f"If that is what you mean, name it: {resolved}")
        found.append(whole)
    return tuple(found)
