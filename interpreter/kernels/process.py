"""A kernel's process: started, watched, killed, and how it ended in words."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO


class KernelProcess:
    """A child process in a session of its own, so that neither the terminal's signals nor its end reach it."""

    def __init__(self, argv: Sequence[str], folder: Path, environment: Mapping[str, str], log: IO[bytes]) -> None:
        self._process = subprocess.Popen(
            argv,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

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

    def end(self) -> str:
        """How it ended: `exit code 1`, `killed by SIGSEGV`."""
        return describe(self._process.poll())


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
