"""The folders that languages are installed in, for a box to show them and nothing beside them."""

import os
from collections.abc import Iterable
from pathlib import Path


def program_folders(executables: Iterable[str], home: Path) -> tuple[Path, ...]:
    """For each executable the folder above its `bin`, followed through its links; none that holds a user's files.

    A virtual environment's Python is a link into the installation that it was made from: both are needed.
    """
    found: dict[Path, None] = {}
    for executable in executables:
        path = Path(os.path.abspath(executable))  # noqa: PTH100 - each link on the way counts
        while True:
            found[_installation(path)] = None
            if not path.is_symlink():
                break
            path = Path(os.path.abspath(path.parent / path.readlink()))  # noqa: PTH100
    return tuple(folder for folder in found if is_narrow(folder, home))


def is_narrow(folder: Path, home: Path) -> bool:
    """Whether a folder is neither the home, nor above it, nor part of what every box shows."""
    return folder != home and folder not in home.parents and not folder.is_relative_to("/usr")


def _installation(executable: Path) -> Path:
    folder = executable.parent
    return folder.parent if folder.name in ("bin", "Scripts") else folder
