"""Which names the folder of the sessions holds."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from interpreter.storage.sessions.changed import CHANGED


def session_names(folder: Path) -> set[str]:
    """Everything in it that is a folder or a link, whatever is inside; what is hidden is none."""
    with suppress(OSError), os.scandir(folder) as entries:
        return {each.name for each in entries if _is_named(each.name) and (each.is_symlink() or each.is_dir())}
    return set()


def _is_named(name: str) -> bool:
    return name != CHANGED and not name.startswith(".")


def unique(names: Iterable[str], said: str) -> list[str]:
    """The names that somebody may mean by a part of one: the exact one alone, else all that begin with or hold it."""
    names = sorted(names)
    if said in names:
        return [said]
    begins = [name for name in names if name.startswith(said)]
    return begins or [name for name in names if said in name]
