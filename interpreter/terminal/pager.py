"""Long text in the user's pager, a page at a time."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress

from interpreter.terminal.modes import modes_kept

USUAL = ("less", "more")


def page(pieces: Iterable[str], environ: Mapping[str, str] = os.environ) -> None:
    """Show text that is fit for a terminal in `$PAGER`, `less` or `more`; where nobody looks, or without any, print it.

    The text is taken as it is asked for: whoever leaves early waits for nothing.
    """
    argv = _pager(environ) if sys.stdin.isatty() and sys.stdout.isatty() else None
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


def _pager(environ: Mapping[str, str]) -> list[str] | None:
    """The command of a pager that is there; a dumb terminal has none."""
    if environ.get("TERM", "dumb") == "dumb":
        return None
    with suppress(ValueError):
        named = shlex.split(environ.get("PAGER", ""))
        if named and shutil.which(named[0]):
            return named
    return next(([name] for name in USUAL if shutil.which(name)), None)


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
