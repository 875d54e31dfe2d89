"""The terminal asked whether it shows sixels: once, and only while nobody types."""

import os
import re
import select
import termios
import time
from contextlib import suppress

LIMIT = 1.0
"""Seconds to wait for an answer: what came later would be taken for keys. All but a few terminals answer at once."""
_QUESTION = b"\x1b[c"
"""Primary device attributes, which every terminal since the VT100 answers; 4 among them means sixels."""
_ANSWER = re.compile(rb"\x1b\[\?([0-9;]*)c")


def shows_sixels(terminal: int, limit: float = LIMIT) -> bool:
    """Whether the terminal behind a descriptor says so; False where it does not answer, or something was typed."""
    if _is_anothers(terminal):
        return False
    try:
        saved = termios.tcgetattr(terminal)
        changed = termios.tcgetattr(terminal)
        changed[3] &= ~(termios.ICANON | termios.ECHO)
        termios.tcsetattr(terminal, termios.TCSADRAIN, changed)
    except (OSError, termios.error):
        return False
    try:
        if _waits(terminal, 0):
            return False  # these keys are somebody's
        os.write(terminal, _QUESTION)
        found = _ANSWER.search(_read(terminal, limit))
        return found is not None and b"4" in found[1].split(b";")
    except OSError:
        return False
    finally:
        with suppress(OSError, termios.error):
            termios.tcsetattr(terminal, termios.TCSADRAIN, saved)


def _is_anothers(terminal: int) -> bool:
    """Whether we are a job in the background, which is stopped when it touches the terminal's modes."""
    try:
        return os.tcgetpgrp(terminal) != os.getpgrp()
    except OSError:
        return False


def _read(terminal: int, limit: float) -> bytes:
    read, until = b"", time.monotonic() + limit
    while not _ANSWER.search(read) and _waits(terminal, until - time.monotonic()):
        if not (more := os.read(terminal, 64)):
            break
        read += more
    return read


def _waits(terminal: int, seconds: float) -> bool:
    return bool(select.select([terminal], [], [], max(0.0, seconds))[0])
