"""What code in a box may do, as values."""

from dataclasses import dataclass
from pathlib import Path

PROTECTED = (".git", ".venv", ".vscode", ".idea", ".envrc", "AGENTS.md")
"""Entries of the working folder that other programs obey, or that we do: in the box nobody writes to them."""

HELD_FREE = (".git", ".venv")
"""Those of them that cannot be made in the box either: git and we would obey them as soon as they are there."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What is allowed beyond what every box allows.

    `folder` is the working folder, which can be written to; `read_by_user` and `write` are further files and folders
    that the user named, `read_by_us` those of the session itself; `programs` are the folders that languages are
    installed in, to be read; `state` is a private folder of the session whose subfolders become the box's home,
    temporary folder, and places for packages and attachments. `ours` are the folders of the program itself, which code
    finds empty wherever they are. `protected` are the entries that nobody in the box writes to: those of the working
    folder that are there when the box is first made, unless they are given.
    """

    folder: Path
    state: Path
    network: bool = False
    read_by_user: tuple[Path, ...] = ()
    read_by_us: tuple[Path, ...] = ()
    write: tuple[Path, ...] = ()
    programs: tuple[Path, ...] = ()
    ours: tuple[Path, ...] = ()
    protected: tuple[Path, ...] | None = None

    @property
    def read(self) -> tuple[Path, ...]:
        """All that can be read besides."""
        return (*self.read_by_user, *self.read_by_us, self.attached)

    @property
    def hidden(self) -> tuple[Path, ...]:
        """Those folders of ours that code would otherwise be shown."""
        shown = (self.folder, *self.read, *self.write)
        return tuple(path for path in self.ours if any(path.is_relative_to(place) for place in shown))

    @property
    def attached(self) -> Path:
        """Where the files are that the user attached: nobody in the box writes to it."""
        return self.state / "attached"

    @property
    def home(self) -> Path:
        """What code finds as the user's home; it is empty at first, and goes with the session."""
        return self.state / "home"

    @property
    def temporary(self) -> Path:
        """What code finds as /tmp, in every language the same."""
        return self.state / "tmp"

    @property
    def void(self) -> Path:
        """An empty folder, to stand where code must find nothing."""
        return self.state / "void"

    @property
    def packages(self) -> Path:
        """Where pip installs to."""
        return self.state / "packages"

    def make_folders(self) -> None:
        """Make the folders of the session; raises OSError."""
        for folder in (self.home, self.temporary, self.packages, self.attached, self.void):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on each kernel: bytes of data a process, open files, bytes of shared memory."""

    memory: int | None = None
    files: int = 4096
    shared: int = 1 << 30
