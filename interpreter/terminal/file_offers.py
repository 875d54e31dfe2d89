"""Files and folders, offered for a name that has been begun; quick in folders of any size."""

import os
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from interpreter.core.visible import visible_code
from interpreter.terminal.offers import MOST, Offer

SCANNED = 50_000
"""Names that are looked at."""
SECONDS = 0.3
"""After which no more names are looked at; a folder may be far away."""
_STEP = 512


def file_offers(name: str, folder: Path, replaces: int, write: Callable[[str], str | None]) -> Iterator[Offer]:
    """What may continue `name`, relative to `folder`; hidden files only behind a dot.

    `write` tells how a name is written, None where it cannot be. What is offered takes the place of `replaces`
    characters.
    """
    above, slash, begun = name.rpartition("/")
    for entry, is_folder in _matching(above + slash, begun, folder):
        text = write(f"{above}{slash}{entry}{'/' if is_folder else ''}")
        if text is not None:
            # A character that draws nothing, or turns the line round, would make one name look like another.
            yield Offer(
                text, replaces, "folder" if is_folder else "", visible_code(f"{entry}{'/' if is_folder else ''}")
            )


def _matching(above: str, begun: str, folder: Path) -> list[tuple[str, bool]]:
    try:
        with os.scandir(folder / Path(above or ".").expanduser()) as entries:
            found = [(entry.name, _is_folder(entry)) for entry in _bounded(entries) if _begins(entry.name, begun)]
    except (OSError, ValueError, RuntimeError):
        return []
    exact = [each for each in found if each[0].startswith(begun)]
    return sorted(exact or found)[:MOST]


def _bounded(entries: Iterator[os.DirEntry[str]]) -> Iterator[os.DirEntry[str]]:
    end = time.monotonic() + SECONDS
    for _ in range(SCANNED // _STEP):
        some = list(islice(entries, _STEP))
        yield from some
        if len(some) < _STEP or time.monotonic() > end:
            return


def _begins(entry: str, begun: str) -> bool:
    if entry.startswith(".") and not begun.startswith("."):
        return False
    return entry.casefold().startswith(begun.casefold())


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
