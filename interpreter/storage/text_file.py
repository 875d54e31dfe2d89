"""Files of the user's that are read as a whole, whatever lies there instead of one."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from interpreter.core.errors import StorageFailed, WrongUsage

LONGEST = 65_536
"""Bytes: more than anybody writes by hand, and little enough to be read at every start."""


def read_text(path: Path, longest: int = LONGEST) -> str | None:
    """The file's text, None where there is no file.

    Raises WrongUsage for what is no text file of the user's: a folder, a pipe or device (never waited for), a link
    that leads nowhere, a file of somebody else's, one that is larger than `longest` bytes or not UTF-8.
    """
    try:
        if not _is_there(path):
            return None
        data = _bytes(path, longest)
        # Editors of Windows begin a file with a mark of its encoding.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _unusable(path, f"it is not UTF-8 text (line {line})") from error
    except FileNotFoundError as error:
        raise _unusable(path, "it is a link that leads nowhere") from error
    except IsADirectoryError as error:
        raise _unusable(path, "it is a folder") from error
    except OSError as error:
        raise _unusable(path, f"{error.strerror}".lower()) from error


def replace_text(path: Path, text: str) -> None:
    """Replace a file as a whole, or make it, readable by its owner only; of a link, the file that it leads to.

    Raises StorageFailed, and leaves the old one.
    """
    path = path.resolve()
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StorageFailed(
            f"{path} cannot be written: {error.strerror}.", "Make room, or set INTERPRETER_HOME to another folder."
        ) from error


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process of ours changes files in this folder; where locks do not work, nobody waits."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _is_there(path: Path) -> bool:
    """Whether there is anything; raises OSError where that cannot be told, which is not the same as no."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _bytes(path: Path, longest: int) -> bytes:
    # Not to wait for the other end of a pipe.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise _unusable(path, "it is no file")
        if os.geteuid() not in (0, status.st_uid) and status.st_uid != 0:
            raise _unusable(path, "it belongs to another user")
        if status.st_size > longest:
            raise _unusable(path, f"it is larger than {longest:,} bytes")
        return file.read(longest)


def _unusable(path: Path, reason: str) -> WrongUsage:
    return WrongUsage(f"{path} cannot be used: {reason}.", "Mend it, or move it away.")
