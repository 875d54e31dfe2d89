"""Long text in the user's pager, a page at a time."""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress

from interpreter.console.pager import pager
from interpreter.terminal.modes import modes_kept


def page(pieces: Iterable[str], environ: Mapping[str, str] = os.environ) -> None:
    """Show text that is fit for a terminal in `$PAGER`, `less` or `more`; where nobody looks, or without any, print it.

    The text is taken as it is asked for: whoever leaves early waits for nothing.
    """
    argv = pager(environ) if sys.stdin.isatty() and sys.stdout.isatty() else None
    if argv is None:
        _print(pieces)
        return
    with modes_kept():
        try:
            process = subprocess.Popen(argv, stdin=subprocess.PIPE)
        except OSError:
            _print(pieces)
            return
        try:
            _feed(process, pieces)
            process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


def _feed(process: "subprocess.Popen[bytes]", pieces: Iterable[str]) -> None:
    assert process.stdin is not None
    # Whoever leaves the pager closes its end.
    with suppress(BrokenPipeError):
        for piece in pieces:
            process.stdin.write(piece.encode("utf-8", "replace"))
    with suppress(BrokenPipeError):
        process.stdin.close()


def _print(pieces: Iterable[str]) -> None:
    for piece in pieces:
        print(piece, end="")
