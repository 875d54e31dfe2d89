"""What the doctor says of the terminal."""

import os
import sys
from collections.abc import Iterator, Mapping

from interpreter.settings import Settings
from interpreter.terminal.abilities import is_unicode, picture_protocol
from interpreter.terminal.colours import can_draw, coloured
from interpreter.terminal.subcommands.finding import Finding


def terminal(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """What it is, how wide, and whether it shows colours, all characters, and pictures."""
    is_terminal = sys.stdout.isatty()
    if not is_unicode(sys.stdout.encoding):
        hint = "Characters that it lacks are shown as numbers; set LANG to one in UTF-8, such as C.UTF-8."
        yield Finding("terminal", "warn", f"writes {sys.stdout.encoding}", hint)
    if not is_terminal:
        yield Finding("terminal", "ok", "the output is not a terminal: plain text")
        return
    size, term = os.get_terminal_size(sys.stdout.fileno()), environ.get("TERM") or "no TERM"
    if not can_draw(environ):
        hint = "Everything is plain text; if it can do more, set TERM, such as TERM=xterm-256color."
        yield Finding("terminal", "warn", f"{term}, {size.columns} columns", hint)
        return
    colours = "colours" if coloured(environ, is_terminal=True) else "no colours, as the environment wants"
    place = f"{size.columns} columns by {size.lines} lines"
    yield Finding("terminal", "ok", f"{term}, {place}, {colours}, picture protocol: {picture_protocol(environ)}")
