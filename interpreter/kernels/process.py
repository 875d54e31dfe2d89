"""A kernel's process: started, watched, killed, and how it ended in words."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

MOST_PROCESSES = 4096
"""With their threads; a build on a large machine needs hundreds."""
CONTAINERS_MEMORY = Path("/sys/fs/cgroup/memory.max")


class KernelProcess:
    """A child process in a session of its own, so that neither the terminal's signals nor its end reach it."""

    def __init__(
        self,
        argv: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        log: IO[bytes],
        *,
        memory: int | None,
        guarded: bool,
    ) -> None:
        self._process = subprocess.Popen(
            argv,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        limit(self._process.pid, memory)
        self._guard = guard(self._process.pid) if guarded else None

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether it still runs; notices its death at once."""
        return self._process.poll() is None

    def wait(self, seconds: float) -> bool:
        """Whether it ended within so many seconds."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return not self.is_alive()

    def interrupt(self) -> None:
        """As Ctrl-C would, for the process and all in its group."""
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform != "win32":
                os.killpg(self._process.pid, signal.SIGINT)

    def kill(self) -> None:
        """End it and every process that it left in its group."""
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)
        self.wait(5)
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
            self._guard = None

    def end(self) -> str:
        """How it ended: `exit code 1`, `killed by SIGSEGV`."""
        return describe(self._process.poll())


def guard(group: int) -> "subprocess.Popen[bytes] | None":
    """A process that kills a group when this process ends, however it ends, for a kernel that does not look itself."""
    if sys.platform == "win32":
        return None
    with suppress(OSError):
        return subprocess.Popen(
            ["/bin/sh", "-c", f"read -r line; kill -KILL -{group}"],
            cwd="/",
            env={},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    return None


def limit(pid: int, memory: int | None) -> None:
    """Linux: limit the data of a process that has just started, and of each child to come, to so many bytes.

    Code that wants more gets an error inside, where the system would otherwise end whatever it likes. No core files
    either. The limit is on data, not on addresses: that would break what reserves many and uses few.
    """
    if sys.platform != "linux":
        return
    import resource

    for kind, most in ((resource.RLIMIT_DATA, memory), (resource.RLIMIT_CORE, 0)):
        # Not ours to limit, or gone already; a limit that is lower stays.
        with suppress(OSError, ValueError):
            soft, hard = resource.prlimit(pid, kind)
            lower = [each for each in (soft, hard, most) if each is not None and each != resource.RLIM_INFINITY]
            if lower:
                resource.prlimit(pid, kind, (min(lower), hard))


def limited(argv: Sequence[str], memory: int | None) -> list[str]:
    """The command below limits that it sets itself: on its data, and on how many processes there may be.

    The number of processes binds where they are counted for a box alone, in a namespace of users, and not for root.
    """
    bounds = f"ulimit -u {MOST_PROCESSES} || ulimit -p {MOST_PROCESSES}"
    if memory is not None:
        bounds += f"; ulimit -d {memory // 1024}"
    # A limit that is lower already stays: then the shell complains, and there is nothing to do.
    return ["/bin/sh", "-c", f'{{ {bounds}; }} 2>/dev/null; exec "$@"', "sh", *argv]


def physical_memory() -> int | None:
    """Bytes of memory that this machine, or the container around us, has; None where that is not told."""
    try:
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
    with suppress(OSError, ValueError):
        return min(machine, int(CONTAINERS_MEMORY.read_text()))
    return machine


def describe(code: int | None) -> str:
    """An exit code in words; beyond 128 it may be a signal that a wrapping process passed on."""
    if code is None:
        return "it still runs but does not answer"
    number = -code if code < 0 else code - 128
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"exit code {code}"
    cause = ", often for want of memory" if name == "SIGKILL" else ""
    return f"killed by {name}{cause}"
