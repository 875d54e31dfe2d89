"""One bash after the other: each lives until something ends it, and the next takes over its state."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .groups import Guard, Stopping
from .outputs import Outputs, Send
from .words import COMPLETE, Words

TICK_SECONDS = 0.02
"""Between two looks at whether the shell lives and what is due to stop it."""
GOODBYE_SECONDS = 0.3
STATE_SECONDS = 2.0
"""How long a shell may take to write down its state after a cell."""
FIRST = "first"
"""In the place of a number: the state of the first shell before its first cell, which is the environment's."""
KEPT = "kept"
"""In the place of a number: the state that the next shell takes over."""
STATUS = re.compile(rb"^(\d+) (\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """How a cell ended; `syntax` is what is wrong with a cell that was not run at all."""

    status: int
    syntax: str = ""


class Session:
    """Runs cells in bash; used by the main thread, but for `close`."""

    def __init__(self, folder: Path, bash: str, environment: Mapping[str, str], send: Send) -> None:
        folder.mkdir(mode=0o700)
        self._words = Words(folder)
        self._bash = bash
        self._environment = dict(environment)
        self._send = send
        self._number = 0
        os.mkfifo(self._words.path("status"), 0o600)
        self._status = os.open(self._words.path("status"), os.O_RDWR | os.O_NONBLOCK)
        self._guard = Guard(bash)
        self._outputs = Outputs(self._pass_on)
        self._process = self._start()

    def run(self, code: str, parent: Any, stopping: Stopping) -> Outcome:
        """Run a cell to its end; `stopping` may be asked meanwhile."""
        cell = self._words.path("cell")
        cell.write_text(code if code.endswith("\n") else code + "\n", "utf-8", "replace", newline="")
        if wrong := self._syntax_error(cell):
            return Outcome(2, wrong)
        if self._process.poll() is not None:
            self._process = self._start()
        self._forget(self._number - 1)
        self._number += 1
        paths = {name: self._words.path(name, self._number) for name in ("stdout", "stderr")}
        pipes = self._outputs.open(paths, parent)
        try:
            self._tell(self._words.cell(self._number))
            return Outcome(self._wait(stopping))
        finally:
            self._outputs.finish(pipes)

    def state(self) -> tuple[str, str]:
        """What the first shell had to begin with, and the newest state: both as bash writes it, empty if unknown."""
        until = time.monotonic() + STATE_SECONDS
        while not (newest := self._newest()) and time.monotonic() < until:
            time.sleep(0.001)
        first = self._complete(FIRST)
        return first.read_text("utf-8", "replace") if first else "", newest.read_text(
            "utf-8", "replace"
        ) if newest else ""

    def close(self) -> None:
        """Let the shell end by itself, for its EXIT trap, then kill what it left."""
        with suppress(OSError):
            assert self._process.stdin
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GOODBYE_SECONDS)
        self._guard.close()

    def _syntax_error(self, cell: Path) -> str:
        # Patterns like `!(a)` may be switched on; where they are not, nothing else is written like them.
        argv = [self._bash, "--noprofile", "--norc", "-O", "extglob", "-n", str(cell)]
        checked = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, env=self._clean_environment())
        if checked.returncode == 0:
            return ""
        return self._renamed(checked.stderr.decode("utf-8", "replace")).strip() or "bash cannot read this"

    def _clean_environment(self) -> dict[str, str]:
        return {name: value for name, value in self._environment.items() if name != "BASH_ENV"}

    def _start(self) -> subprocess.Popen[bytes]:
        saved = self._latest_state()
        # The user's EXIT trap has run: it was the last shell's.
        self._words.path("users-exit").write_text("")
        with default_interrupts():
            self._process = subprocess.Popen(
                [self._bash, "--noprofile", "--norc"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                # What the state does not bring was unset.
                env={} if saved else self._clean_environment(),
                start_new_session=True,
            )
        self._guard.watch(self._process.pid)
        self._tell(self._words.restore(KEPT) if saved else "shopt -s expand_aliases\n")
        # Only now: a shell that ends before it has its state must not save what it has.
        self._tell(self._words.setup)
        if not saved:
            self._tell(self._words.dump(FIRST))
        return self._process

    def _latest_state(self) -> bool:
        """Put the newest complete state where the next shell looks for it; False when there is none yet."""
        for number in ("leave", self._number, self._number - 1):
            if self._complete(number):
                for kind in ("state", "options"):
                    self._words.path(kind, number).replace(self._words.path(kind, KEPT))
                break
        for number in (self._number, self._number - 1):
            self._forget(number)
        return self._words.path("state", KEPT).exists()

    def _newest(self) -> Path | None:
        """The state after the last cell; that before it only where the shell was ended before it wrote it down."""
        if state := self._complete("leave") or self._complete(self._number):
            return state
        if self._number > 0 and self._process.poll() is None:
            return None
        earlier: tuple[int | str, ...] = (self._number - 1, KEPT, FIRST)
        return next((state for number in earlier if (state := self._complete(number))), None)

    def _complete(self, number: int | str) -> Path | None:
        """The file of a state, if it was written to its end."""
        path = self._words.path("state", number)
        with suppress(OSError), path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - len(COMPLETE)))
            return path if file.read() == COMPLETE.encode() else None
        return None

    def _forget(self, number: int) -> None:
        for kind in ("state", "options"):
            self._words.path(kind, number).unlink(missing_ok=True)

    def _tell(self, words: str) -> None:
        assert self._process.stdin
        # A shell that has just ended is noticed while its cell is waited for.
        with suppress(OSError):
            self._process.stdin.write(words.encode())
            self._process.stdin.flush()

    def _wait(self, stopping: Stopping) -> int:
        while True:
            ended = self._process.poll()
            status = self._told_status(0 if ended is not None else TICK_SECONDS)
            if status is not None:
                return status
            if ended is not None:
                stopping.finish(self._process.pid)
                return ended if ended >= 0 else 128 - ended
            stopping.go_on(self._process.pid)

    def _told_status(self, seconds: float) -> int | None:
        """The status of the current cell, once bash has told it."""
        if not select.select([self._status], [], [], seconds)[0]:
            return None
        told = dict(STATUS.findall(os.read(self._status, 1 << 16)))
        status = told.get(str(self._number).encode())
        return None if status is None else int(status)

    def _pass_on(self, parent: Any, name: str, text: str) -> None:
        self._send(parent, name, self._renamed(text) if name == "stderr" else text)

    def _renamed(self, text: str) -> str:
        """What bash says about the file of a cell, said about bash."""
        return text.replace(f"{self._words.path('cell')}: ", "bash: ")


@contextmanager
def default_interrupts() -> Iterator[None]:
    """Processes started meanwhile can be interrupted: what is ignored here would be ignored there for good."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
