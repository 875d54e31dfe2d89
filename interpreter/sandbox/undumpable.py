"""The program itself, closed to others: keys lie in its memory and in its environment."""

import ctypes
import sys
from contextlib import suppress

SET_DUMPABLE = 4
"""PR_SET_DUMPABLE of prctl(2)."""


def close_memory() -> None:
    """Linux: let no other process of the user read this one's memory or environment, and write no core of it."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(SET_DUMPABLE, 0, 0, 0, 0)
