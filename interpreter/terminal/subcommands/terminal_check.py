"""What the doctor says of the terminal."""

import os
import sys
from collections.abc import Iterator, Mapping

from interpreter.settings import Settings
from interpreter.terminal.abilities import Protocol, chosen_protocol, is_unicode
from interpreter.terminal.colours import can_draw, coloured
from interpreter.terminal.graphics.asking import shows_sixels
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
    yield Finding("terminal", "ok", f"{term}, {place}, {colours}, pictures: {_pictures(settings, environ)}")


def _pictures(settings: Settings, environ: Mapping[str, str]) -> str:
    """By what pictures are drawn, and how a chat gets to know what only asking tells: nobody types now."""

    def shown(asks: bool) -> Protocol:
        return chosen_protocol(
            settings.graphics,
            environ,
            encoding=sys.stdout.encoding,
            shows_sixels=lambda: asks and shows_sixels(sys.stdout.fileno()),
        )

    protocol, unasked = shown(asks=True), shown(asks=False)
    told = {"blocks": "half blocks", "iterm2": "iTerm2's protocol", "kitty": "kitty's protocol", "sixel": "sixels"}
    name = told.get(protocol, "none")
    if protocol == unasked:
        return name
    return f"{name} (the chat draws half blocks, unless INTERPRETER_GRAPHICS={protocol} is set)"
