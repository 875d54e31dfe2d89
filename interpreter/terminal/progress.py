"""A bar for what takes long once."""

from collections.abc import Callable
from typing import TextIO

WIDTH = 30
"""Characters of the bar: fits a terminal of 80 columns with its words."""


def show_progress(out: TextIO, what: str = "Preparing the embedded model") -> Callable[[int, int], None]:
    """A function to be called with the bytes done and the bytes in all; draws on a terminal only."""
    shown = -1

    def advance(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // max(total, 1)
        if percent == shown or not out.isatty():
            return
        shown = percent
        filled = WIDTH * percent // 100
        end = "\r\x1b[K" if done >= total else ""
        out.write(f"\r{what} [{'#' * filled}{'.' * (WIDTH - filled)}] {percent:3d} %{end}")
        out.flush()

    return advance
