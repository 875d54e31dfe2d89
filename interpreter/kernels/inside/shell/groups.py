"""Process groups of the shells: signalled, looked into, and killed whatever becomes of the kernel."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

# Reads lists of groups until its input ends, which the end of the kernel brings about too; the last list counts.
GUARD = 'while read -r line; do groups=$line; done; for group in $groups; do kill -KILL -- "-$group"; done'

STEPS: tuple[tuple[float, int | None, int], ...] = (
    (0.0, None, signal.SIGINT),
    (0.7, signal.SIGTERM, signal.SIGINT),
    (1.4, signal.SIGKILL, signal.SIGINT),
    (2.8, signal.SIGKILL, signal.SIGKILL),
)
"""Seconds after the interrupt, the signal for the shell's children alone, the signal for all."""


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
    """Stops what a shell runs, ever more firmly; the shell itself comes last, since it saves its state."""

    def __init__(self) -> None:
        self._asked_at: float | None = None
        self._done = 0

    @property
    def is_asked(self) -> bool:
        return self._asked_at is not None

    @property
    def has_killed(self) -> bool:
        """The shell was not let to save its state."""
        return self._done == len(STEPS)

    def ask(self) -> None:
        """Begin; may be called from a signal handler."""
        self._asked_at = self._asked_at or time.monotonic()

    def go_on(self, group: int) -> None:
        """Do what is due by now."""
        while self._asked_at is not None and self._done < len(STEPS):
            seconds, for_children, for_all = STEPS[self._done]
            if time.monotonic() - self._asked_at < seconds:
                return
            if for_children is not None:
                for child in members(group) - {group}:
                    with suppress(ProcessLookupError, PermissionError):
                        os.kill(child, for_children)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, for_all)
            self._done += 1


def exists(group: int) -> bool:
    """Whether a process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def members(group: int) -> set[int]:
    """The processes of a group."""
    if Path("/proc/self/stat").exists():
        rows = [(path.name, _group_in_proc(path)) for path in Path("/proc").glob("[0-9]*")]
        return {int(pid) for pid, its_group in rows if its_group == group}
    listing = subprocess.run(["ps", "-A", "-o", "pid=,pgid="], capture_output=True, text=True).stdout
    return {int(line.split()[0]) for line in listing.splitlines() if int(line.split()[1]) == group}


def _group_in_proc(path: Path) -> int | None:
    try:
        return int((path / "stat").read_text(errors="replace").rpartition(")")[2].split()[2])
    except (OSError, IndexError, ValueError):
        return None
