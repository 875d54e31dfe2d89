"""The terminal's modes, put back however the program ends."""

import os
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SHOWN_AGAIN = "\x1b[?2004l\x1b[?25h"
"""Pasting is as it was, and the cursor can be seen."""


@contextmanager
def modes_kept() -> Iterator[None]:
    """Afterwards the terminal is as it was, even if a prompt was left at an unfortunate moment."""
    descriptor = _terminal()
    if descriptor is None:
        yield
        return
    saved = termios.tcgetattr(descriptor)
    try:
        yield
    finally:
        # A terminal that is gone has no modes, and one that is not ours now is left to whoever has it.
        with suppress(OSError, termios.error):
            if termios.tcgetattr(descriptor) != saved and os.tcgetpgrp(descriptor) == os.getpgrp():
                termios.tcsetattr(descriptor, termios.TCSANOW, saved)
                os.write(descriptor, SHOWN_AGAIN.encode())


def _terminal() -> int | None:
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return next((stream.fileno() for stream in streams if stream and not stream.closed and stream.isatty()), None)
