"""Files that the user asks for: new ones, whatever is there already."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from interpreter.core.errors import StorageFailed


@contextmanager
def new_file(wanted: Path) -> Iterator[Path]:
    """A new, empty file under this name or with the next free number, readable by its owner only.

    It is removed again when the body fails. Raises StorageFailed where nothing can be written, in the body too.
    """
    path = _made(wanted)
    try:
        yield path
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _not_written(path, error) from error
        raise


def _made(wanted: Path) -> Path:
    for number in itertools.count(1):
        path = wanted if number == 1 else wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            continue
        # A name with a null character is no name.
        except (OSError, ValueError) as error:
            raise _not_written(path, error) from error
        return path
    raise AssertionError("numbers do not end")


def _not_written(path: Path, error: OSError | ValueError) -> StorageFailed:
    reason = getattr(error, "strerror", None) or error
    return StorageFailed(f"{path} cannot be written: {reason}.", "Name another file or folder.")
