"""Text that is longer than the terminal, a page at a time."""

import shlex
import shutil
from collections.abc import Mapping
from contextlib import suppress

from interpreter.console.program import run
from interpreter.console.tty import Tty

USUAL = ("less", "more")


def page(text: str, environ: Mapping[str, str], tty: Tty) -> None:
    """Show text that is fit for a terminal in $PAGER, `less` or `more`; where none of them does, write all of it."""
    data = text.encode("utf-8", "replace")
    if argv := pager(environ):
        with suppress(OSError, ValueError):
            if run(argv, {"LESS": "R", **environ}, tty.fileno(), data) == 0:
                return
    tty.write(text)


def pager(environ: Mapping[str, str]) -> list[str] | None:
    """The command of a pager that is there; a dumb terminal turns no pages."""
    if environ.get("TERM", "dumb") == "dumb":
        return None
    with suppress(ValueError):
        named = shlex.split(environ.get("PAGER", ""))
        if named and shutil.which(named[0]):
            return named
    return next(([name] for name in USUAL if shutil.which(name)), None)
