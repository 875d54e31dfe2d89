"""Ctrl-T as a key that calls a function while a turn runs; no key is read for it, so what is typed ahead stays."""

import os
import signal
import termios
from collections.abc import Callable
from contextlib import suppress
from typing import Any

NUMBER = getattr(signal, "SIGINFO", signal.SIGQUIT)
"""BSD and macOS have a key for this. Elsewhere Ctrl-T takes the place of Ctrl-\\ meanwhile, and its signal."""
CTRL_T = b"\x14"
LOCAL, CHARACTERS = 3, 6
"""Where termios keeps the local modes and the special characters."""
NO_KERNEL_INFO = 0x02000000
"""BSD: the system adds no line of its own."""


class GlanceKey:
    """Switched on and off as often as one likes; `pressed` is called as a signal handler is, in the main thread."""

    def __init__(self, descriptor: int | None, pressed: Callable[[], None]) -> None:
        self.descriptor = descriptor
        self._pressed = pressed
        self._is_on = False

    def on(self) -> None:
        """Listen to the key, where nobody else can be hit by its signal; the terminal stays as it is otherwise."""
        if self._is_on or self.descriptor is None or not _is_alone(self.descriptor):
            return
        with suppress(OSError, termios.error):
            self._modes = termios.tcgetattr(self.descriptor)
            self._handler = signal.signal(NUMBER, lambda number, frame: self._pressed())
            self._is_on = True
            termios.tcsetattr(self.descriptor, termios.TCSANOW, _listening(self.descriptor))

    def off(self) -> None:
        """Put back what the key did before."""
        if not self._is_on or self.descriptor is None:
            return
        self._is_on = False
        with suppress(OSError, termios.error):
            termios.tcsetattr(self.descriptor, termios.TCSANOW, self._modes)
        # One that is still on its way is dropped: it would end the program.
        signal.signal(NUMBER, signal.SIG_IGN)
        signal.signal(NUMBER, self._handler)

    def forget_typed(self) -> None:
        """What the terminal does by itself at Ctrl-C, and was told not to do: it would do the same at Ctrl-T."""
        if self._is_on and self.descriptor is not None:
            with suppress(OSError, termios.error):
                termios.tcflush(self.descriptor, termios.TCIFLUSH)


def _listening(descriptor: int) -> list[Any]:
    modes = termios.tcgetattr(descriptor)
    if hasattr(signal, "SIGINFO"):
        modes[LOCAL] |= NO_KERNEL_INFO
    else:
        modes[LOCAL] |= termios.NOFLSH
        modes[CHARACTERS][termios.VQUIT] = CTRL_T
    return modes


def _is_alone(descriptor: int) -> bool:
    """Whether the signal of a key reaches only this program: not a script around it, nor others in a pipeline."""
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp() == os.getpid()
    except OSError:
        return False
