"""Files of ours that only grow, to which several programs may write at once."""

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def opened_to_append(path: Path) -> Iterator[int]:
    """The file, made if need be, readable by its owner only, and locked; raises OSError."""
    file = _locked(path)
    try:
        yield file
    finally:
        os.close(file)


def append_whole(file: int, data: bytes) -> int:
    """Add to the file in one write, whole or not at all; returns its size then. Raises OSError."""
    size = os.fstat(file).st_size
    try:
        if os.write(file, data) < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError:
        # Half an entry would be taken for a whole one.
        os.ftruncate(file, size)
        raise
    return size + len(data)


def _locked(path: Path) -> int:
    while True:
        # Nothing that a pipe of this name would let us wait for.
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK | os.O_CLOEXEC
        file = os.open(path, flags, 0o600)
        try:
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode):
                raise OSError(errno.EINVAL, "it is no file")
            if found.st_mode & 0o077:
                os.fchmod(file, 0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
            # Another program may have put a new one in its place meanwhile: then this is the old one.
            if os.path.samestat(os.fstat(file), path.stat()):
                return file
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(file)
            raise
        os.close(file)
