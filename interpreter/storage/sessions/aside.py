"""Sessions on their way in or out are beside the others: no death of the program leaves half of one among them."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from interpreter.core.errors import StorageFailed
from interpreter.storage.paths import private_folder

ASIDE = ".aside"
"""The folder of those, in that of the sessions."""

STALE = 3_600.0
"""Seconds after which nobody is at it any more: what is left is of a program that died."""


@contextmanager
def made_aside(folder: Path) -> Iterator[Path]:
    """A private folder to fill; at the end of the block it becomes the session `folder`.

    Raises OSError or StorageFailed where it cannot be made. A block that raises leaves nothing.
    """
    draft = _aside(folder)
    try:
        private_folder(draft)
        yield draft
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def remove(folder: Path) -> None:
    """Delete a session; raises OSError."""
    # A full disk may have no room for a folder more, and somebody may just want to make some.
    with suppress(StorageFailed, OSError):
        gone = _aside(folder)
        folder.rename(gone)
        folder = gone
    shutil.rmtree(folder)


def sweep(folder: Path, now: float) -> None:
    """Delete what dead programs left beside the sessions in `folder`; `now` is in seconds since 1970."""
    with suppress(OSError):
        for each in (folder / ASIDE).iterdir():
            if each.lstat().st_mtime < now - STALE:
                shutil.rmtree(each, ignore_errors=True)


def _aside(folder: Path) -> Path:
    return private_folder(folder.parent / ASIDE) / f"{folder.name}-{secrets.token_hex(2)}"
