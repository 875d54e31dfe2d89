"""The controlling terminal: write to it, read one key or one line, stop when asked to."""

import os
import select
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

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
        self.is_asking = False
        """Whether somebody is to type something now; for any thread."""

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

    def take_back(self, columns: int) -> None:
        """Take away what the terminal itself has just shown of keys that are no part of the line; none when hidden."""
        with suppress(OSError, termios.error):
            if termios.tcgetattr(self._fd)[3] & termios.ECHO:
                self.write("\b" * columns + " " * columns + "\b" * columns)

    def key(self, prompt: str, stop: Callable[[], bool]) -> str | None:
        """The next key pressed once the prompt stands there; what was typed before it is thrown away.

        What comes with it, as pasted text does, is given with it, so that nothing of it answers what is asked next.
        None when `stop` came first, or the terminal is gone.
        """
        pressed = None
        with suppress(OSError, termios.error), self._mode(off=termios.ICANON | termios.ECHO):
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
        with suppress(OSError, termios.error), self._mode(off=termios.ECHO if hidden else 0):
            self.write(prompt)
            typed = self._read(stop)
        if hidden or not typed:
            self.write("\n")
        return typed.decode("utf-8", "replace").rstrip("\n") if typed else None

    def _read(self, stop: Callable[[], bool]) -> bytes | None:
        while not stop():
            if select.select([self._fd], [], [], POLL)[0]:
                return os.read(self._fd, 4096)
        return None

    @contextmanager
    def _mode(self, *, off: int) -> Iterator[None]:
        saved = termios.tcgetattr(self._fd)
        changed = termios.tcgetattr(self._fd)
        changed[3] &= ~off
        termios.tcsetattr(self._fd, termios.TCSADRAIN, changed)
        self.is_asking = True
        try:
            yield
        finally:
            self.is_asking = False
            termios.tcsetattr(self._fd, termios.TCSADRAIN, saved)


def open_tty() -> Tty | None:
    """The controlling terminal, if there is one and a person can see it (stdout or stderr shows on a terminal)."""
    if not any(stream and not stream.closed and stream.isatty() for stream in (sys.stdout, sys.stderr)):
        return None
    try:
        return Tty(os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC))
    except OSError:
        return None
