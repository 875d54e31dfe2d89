"""How large the terminal and its characters are, as the system knows it."""

import fcntl
import shutil
import struct
import sys
import termios

from interpreter.terminal.graphics.drawing import USUAL_CELL, Window


def window() -> Window:
    """The terminal that is written to; many tell the system their pixels, others are taken for the usual ones."""
    columns, rows = shutil.get_terminal_size()
    try:
        told = fcntl.ioctl(sys.stdout.fileno(), termios.TIOCGWINSZ, bytes(8))
    except (OSError, ValueError):
        return Window(columns, rows)
    lines, wide, width, height = struct.unpack("HHHH", told)
    cell = (width // wide, height // lines) if lines and wide else (0, 0)
    return Window(columns, rows, cell if min(cell) > 1 else USUAL_CELL)
