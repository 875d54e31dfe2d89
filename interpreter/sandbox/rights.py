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

    `folder` is the working folder, which can be written to; `read` and `write` are further files and folders;
    `programs` are the folders that languages are installed in, to be read; `state` is a private folder of the session
    whose subfolders become the box's home, temporary folder and place for packages.
    """

    folder: Path
    state: Path
    network: bool = False
    read: tuple[Path, ...] = ()
    write: tuple[Path, ...] = ()
    programs: tuple[Path, ...] = ()

    @property
    def home(self) -> Path:
        """What code finds as the user's home; it is empty at first, and goes with the session."""
        return self.state / "home"

    @property
    def temporary(self) -> Path:
        """What code finds as /tmp, in every language the same."""
        return self.state / "tmp"

    @property
    def packages(self) -> Path:
        """Where pip installs to."""
        return self.state / "packages"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on each kernel: bytes of data a process, open files, bytes of shared memory."""

    memory: int | None = None
    files: int = 4096
    shared: int = 1 << 30
