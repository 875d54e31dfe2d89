"""Who holds a session: one program at a time."""

import fcntl
import json
import os
import socket
import time
from pathlib import Path

from interpreter.core.errors import StorageFailed

LOOKING_SECONDS = 0.05
"""Longer than anybody looks at whether a lock is held."""


class SessionHeld(StorageFailed):
    """Another program has the session open; `holder` is its process number, 0 where that is not known."""

    def __init__(self, name: str, holder: int, since: str) -> None:
        who = f"the program with process number {holder}, since {since}" if holder else "another program"
        super().__init__(
            f"The session {name} is held by {who}.",
            f"Leave it there first, or go on with a copy: interpreter sessions copy {name}",
        )
        self.holder = holder


class Lock:
    """Held from `take` until `release`, or until the program ends, however it does."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor: int | None = None

    def take(self) -> None:
        """Raises SessionHeld where somebody has it, OSError where it cannot be made."""
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            _flock(descriptor)
        except BlockingIOError as error:
            holder, since = _read(descriptor)
            os.close(descriptor)
            raise SessionHeld(self._file.parent.name, holder, since) from error
        now = time.strftime("%Y-%m-%d %H:%M")
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps([os.getpid(), now, socket.gethostname()]).encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let others have it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_held(file: Path) -> bool:
    """Whether somebody has the session that this is the lock of."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _flock(descriptor: int) -> None:
    """Twice: somebody may just be asking whether it is held."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        time.sleep(LOOKING_SECONDS)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _read(descriptor: int) -> tuple[int, str]:
    try:
        holder, since, _ = json.loads(os.pread(descriptor, 1_000, 0))
        return int(holder), str(since)
    except (OSError, ValueError, TypeError):
        return 0, ""
