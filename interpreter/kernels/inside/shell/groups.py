"""Process groups of the shells: signalled, and killed whatever becomes of the kernel."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress

# Reads lists of groups until its input ends, which the end of the kernel brings about too; the last list counts.
GUARD = 'while read -r line; do groups=$line; done; for group in $groups; do kill -KILL -- "-$group"; done'

STEPS = ((0.0, signal.SIGINT), (0.7, signal.SIGTERM), (2.5, signal.SIGKILL))
"""Seconds after the interrupt, and the signal; the first two let a shell save its state."""


class Guard:
    """A process that kills the groups it was told of when it is closed, or when this process dies in any way."""

    def __init__(self, bash: str) -> None:
        self._groups: list[int] = []
        self._process = subprocess.Popen(
            [bash, "--noprofile", "--norc", "-c", GUARD],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )

    def watch(self, group: int) -> None:
        """Kill this group too; groups that have ended are forgotten, since their numbers may be given again."""
        self._groups = [*filter(exists, self._groups), group]
        assert self._process.stdin
        with suppress(OSError):
            self._process.stdin.write(f"{' '.join(map(str, self._groups))}\n".encode())
            self._process.stdin.flush()

    def close(self) -> None:
        assert self._process.stdin
        with suppress(OSError):
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)


class Stopping:
    """Stops a shell and what it runs, ever more firmly, once it is asked."""

    def __init__(self) -> None:
        self._asked_at: float | None = None
        self._sent = 0

    @property
    def is_asked(self) -> bool:
        return self._asked_at is not None

    @property
    def has_killed(self) -> bool:
        """The shell was not let to save its state."""
        return self._sent == len(STEPS)

    def ask(self) -> None:
        """Begin; may be called from a signal handler."""
        self._asked_at = self._asked_at or time.monotonic()

    def go_on(self, group: int) -> None:
        """Do what is due by now."""
        if self._asked_at is None or self._sent == len(STEPS):
            return
        seconds, number = STEPS[self._sent]
        if time.monotonic() - self._asked_at >= seconds:
            self._sent += 1
            send(group, number)

    def finish(self, group: int) -> None:
        """The shell has ended: what did not obey the first signal, and outlived it, must not stay."""
        if self._sent > 1:
            send(group, signal.SIGKILL)


def send(group: int, number: int) -> None:
    """Signal a group, if there is one."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def exists(group: int) -> bool:
    """Whether a process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
