"""The three standard streams, whatever they were connected to."""

import os
import sys


def mend_streams() -> None:
    """Closed streams become /dev/null; characters that an encoding lacks are written as their numbers."""
    # In this order: a file takes the first free descriptor, which is then the one of the closed stream.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115, PTH123
        elif mode == "w" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def is_heard() -> bool:
    """Write out what is left for stdout; False when nobody takes it, and from then on nothing complains about it."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return False
    return True
