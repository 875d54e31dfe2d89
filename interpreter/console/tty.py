"""The controlling terminal: write to it, read one key or one line, stop when asked to."""

import os
import select
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any

POLL = 0.1
"""Seconds between two looks at whether to stop."""
AT_ONCE = 0.05
"""Seconds without a key after which what was pressed is one answer: faster comes only what is pasted."""
LONGEST = 1_000_000
"""Bytes of a paste that are taken as one."""


class Tty:
    """The terminal itself, so that a question can be asked while stdin or stdout is a pipe."""

    def __init__(self, descriptor: int) -> None:
        self._fd = descriptor
        self._found: list[Any] | None = None
        self._modes: list[Any] | None = None
        self._prompt = ""
        self.aside: Callable[[], AbstractContextManager[object]] = nullcontext
        """Whoever else reads keys, or draws, stands aside within this."""

    def close(self) -> None:
        """Give the terminal back."""
        os.close(self._fd)

    def fileno(self) -> int:
        """The descriptor, for a program that is to run at this terminal."""
        return self._fd

    def write(self, text: str) -> None:
        """Show text that is fit for a terminal; nothing happens where the terminal is gone."""
        data = text.encode("utf-8", "replace")
        with suppress(OSError):
            while data:
                data = data[os.write(self._fd, data) :]

    @property
    def is_asking(self) -> bool:
        """Whether somebody is to type something now; for any thread."""
        return self._modes is not None

    def step_back(self) -> None:
        """The process is about to be stopped: leave the terminal as it was found."""
        self._use(self._found)

    def ask_again(self) -> None:
        """The process goes on after it was stopped, and others have used the terminal: ask as before."""
        if self._use(self._modes):
            self.write(f"\r{self._prompt}")

    def _use(self, modes: list[Any] | None) -> bool:
        """Set modes, if somebody is asking and the terminal is ours."""
        with suppress(OSError, termios.error):
            if self._modes is not None and modes is not None and os.tcgetpgrp(self._fd) == os.getpgrp():
                termios.tcsetattr(self._fd, termios.TCSANOW, modes)
                return True
        return False

    def key(self, prompt: str, stop: Callable[[], bool]) -> str | None:
        """The next key pressed once the prompt stands there; what was typed before it is thrown away.

        What comes with it, as pasted text does, is given with it, so that nothing of it answers what is asked next.
        None when `stop` came first, or the terminal is gone.
        """
        pressed = None
        with suppress(OSError, termios.error), self._mode(prompt, off=termios.ICANON | termios.ECHO):
            termios.tcflush(self._fd, termios.TCIFLUSH)
            self.write(prompt)
            pressed = self._read(stop)
            while pressed and len(pressed) < LONGEST and select.select([self._fd], [], [], AT_ONCE)[0]:
                if not (more := os.read(self._fd, 4096)):
                    break
                pressed += more
        return pressed.decode("utf-8", "replace") if pressed else None

    def line(self, prompt: str, stop: Callable[[], bool], *, hidden: bool = False) -> str | None:
        """A line of text without its end, None when `stop` or the end of input came first, or the terminal is gone."""
        typed = None
        with suppress(OSError, termios.error), self._mode(prompt, off=termios.ECHO if hidden else 0):
            self.write(prompt)
            try:
                typed = self._read(stop)
            finally:
                # While nobody else draws: what comes next begins on a line of its own.
                if hidden or not typed:
                    self.write("\n")
        return typed.decode("utf-8", "replace").rstrip("\n") if typed else None

    def _read(self, stop: Callable[[], bool]) -> bytes | None:
        while not stop():
            if select.select([self._fd], [], [], POLL)[0]:
                return os.read(self._fd, 4096)
        return None

    @contextmanager
    def _mode(self, prompt: str, *, off: int) -> Iterator[None]:
        with self.aside():
            saved = termios.tcgetattr(self._fd)
            changed = termios.tcgetattr(self._fd)
            changed[3] &= ~off
            termios.tcsetattr(self._fd, termios.TCSADRAIN, changed)
            self._found, self._modes, self._prompt = saved, changed, prompt
            try:
                yield
            finally:
                self._modes = None
                termios.tcsetattr(self._fd, termios.TCSADRAIN, saved)


def open_tty() -> Tty | None:
    """The controlling terminal, if there is one and a person can see it (stdout or stderr shows on a terminal)."""
    if not any(stream and not stream.closed and stream.isatty() for stream in (sys.stdout, sys.stderr)):
        return None
    try:
        return Tty(os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return None
