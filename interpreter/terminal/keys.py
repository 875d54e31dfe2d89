"""The keys that are pressed while a turn runs: read without echo, and left alone while somebody else asks."""

import os
import select
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from interpreter.terminal.key_decoder import Key, KeyDecoder

POLL = 0.2
"""Seconds between two looks at whether the terminal is ours and in our modes: it may have been another program's."""
ESCAPE_SECONDS = 0.1
"""After an Esc that nothing has followed for so long, it was the key."""
PIECE = 65_536

LOCAL, CHARACTERS = 3, 6
"""Where termios keeps the local modes and the special characters."""
DISABLED = b"\xff" if sys.platform == "darwin" else b"\0"
"""In place of a special character: none."""
PASTES, PASTES_NO_MORE = b"\x1b[?2004h", b"\x1b[?2004l"


class KeyReader:
    """Reads the terminal at `descriptor`, and calls `pressed` with each key from a thread of its own.

    Ctrl-C and Ctrl-Z stay signals. The terminal is in another program's hands, or in its own modes, whenever this
    stands `aside`; what has been typed until then is read before. With `pastes` the terminal is told to mark what is
    pasted.
    """

    def __init__(self, descriptor: int, pressed: Callable[[Key], None], *, pastes: bool) -> None:
        self._descriptor = descriptor
        self._pressed = pressed
        self._pastes = pastes
        self._decoder = KeyDecoder()
        # Also held by a signal handler that interrupts whoever holds it.
        self._lock = threading.RLock()
        self._saved: list[Any] | None = None
        self._found: list[Any] | None = None
        self._ours: list[Any] | None = None
        self._asides = 0
        self._has_ended = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read until the end."""
        self._wakes, self._wake = os.pipe()
        with self._lock:
            self._take_over()
        thread = threading.Thread(target=self._read_on, name="keys", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._has_ended = True
            os.write(self._wake, b".")
            thread.join()
            with self._lock:
                self._read_rest()
                self._modes_back()
            os.close(self._wakes)
            os.close(self._wake)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """No key is read meanwhile, and the terminal is as it was."""
        with self._lock:
            self._asides += 1
            self._read_rest()
            self._modes_back()
        try:
            yield
        finally:
            with self._lock:
                self._asides -= 1
                self._take_over()
            os.write(self._wake, b".")

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """The process is stopped meanwhile, by a signal whose handler this is called in."""
        has_lock = self._lock.acquire(timeout=1)
        try:
            self._modes_back()
            yield
        finally:
            self._saved = None
            if has_lock:
                self._lock.release()

    def renew(self) -> None:
        """Others may have changed the terminal's modes since: the process was stopped."""
        self._saved = None

    def _read_on(self) -> None:
        while not self._has_ended:
            with self._lock:
                if not self._has_ended:
                    self._take_over()
                reads = self._saved is not None
            wait = ESCAPE_SECONDS if self._decoder.is_undecided else POLL
            ready = select.select([self._wakes, *([self._descriptor] if reads else [])], [], [], wait)[0]
            if self._wakes in ready:
                os.read(self._wakes, 64)
            with self._lock:
                if not self._has_ended and self._saved is not None and not self._read_ready():
                    return  # the terminal is gone

    def _read_ready(self) -> bool:
        """Take what has been typed; False where nothing will ever be."""
        try:
            if not select.select([self._descriptor], [], [], 0)[0]:
                self._press(self._decoder.settle())
                return True
            data = os.read(self._descriptor, PIECE)
        except OSError:
            return False
        self._press(self._decoder.feed(data))
        return bool(data)

    def _read_rest(self) -> None:
        with suppress(OSError):
            while self._saved is not None and select.select([self._descriptor], [], [], 0)[0]:
                if not self._read_ready():
                    break
        self._press(self._decoder.settle())

    def _press(self, keys: list[Key]) -> None:
        for key in keys:
            self._pressed(key)

    def _take_over(self) -> None:
        if self._asides or self._saved is not None or not is_foreground(self._descriptor):
            return
        with suppress(OSError, termios.error):
            found = termios.tcgetattr(self._descriptor)
            # After a stop that nobody noticed they may still be ours.
            self._found = self._found if found == self._ours else found
            termios.tcsetattr(self._descriptor, termios.TCSANOW, _key_by_key(self._descriptor))
            self._ours = termios.tcgetattr(self._descriptor)
            self._saved = self._found
            os.write(self._descriptor, PASTES if self._pastes else b"")

    def _modes_back(self) -> None:
        saved, self._saved = self._saved, None
        if saved is None or not is_foreground(self._descriptor):
            return
        with suppress(OSError, termios.error):
            termios.tcsetattr(self._descriptor, termios.TCSANOW, saved)
            os.write(self._descriptor, PASTES_NO_MORE if self._pastes else b"")


def _key_by_key(descriptor: int) -> list[Any]:
    modes = termios.tcgetattr(descriptor)
    modes[LOCAL] &= ~(termios.ICANON | termios.ECHO | termios.IEXTEN)
    # Ctrl-C must not throw away what was typed before it, nor half of a sequence that is on its way to the terminal.
    modes[LOCAL] |= termios.NOFLSH
    # Ctrl-\ would end the program with the terminal in these modes.
    modes[CHARACTERS][termios.VQUIT] = DISABLED
    modes[CHARACTERS][termios.VMIN], modes[CHARACTERS][termios.VTIME] = 1, 0
    return modes


def is_foreground(descriptor: int) -> bool:
    """Whether the terminal is ours now: whoever touches it from the background is stopped by the system."""
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return False


def is_alone(descriptor: int) -> bool:
    """Whether it is this program's alone: keys of a script around it, or of others in a pipeline, are not ours."""
    return is_foreground(descriptor) and os.getpgrp() == os.getpid()
