"""Text that is longer than the terminal, a page at a time."""

import os
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
    for argv in _pagers(environ):
        with suppress(OSError, ValueError):
            if run(argv, {"LESS": "R", **environ}, tty.fileno(), data) == 0:
                return
    tty.write(text)


def _pagers(environ: Mapping[str, str]) -> list[list[str]]:
    """The command to use, if there is one; a dumb terminal turns no pages."""
    if environ.get("TERM", "dumb") == "dumb":
        return []
    with suppress(ValueError):
        if named := shlex.split(environ.get("PAGER", "")):
            return [named]
    return [[os.fspath(path)] for name in USUAL if (path := shutil.which(name))][:1]
