"""Code coloured line by line while it streams."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from interpreter.core.visible import visible_code

COLOURS = {
    "Comment": "brightblue",
    "Keyword": "*magenta*",
    "Operator.Word": "*magenta*",
    "Name.Decorator": "magenta",
    "Name.Builtin": "magenta",
    "Name.Function": "**",
    "Name.Class": "**",
    "Name.Tag": "magenta",
    "Name.Attribute": "brightblue",
    "String": "red",
    "Number": "brightblue",
}
"""Those of the sixteen colours that can be read on black and on white alike, where terminals do not tell which it is.

Not grey: in some palettes it is the background, and a comment that cannot be seen would be approved unread.
"""
LONGEST = 5_000
"""Characters of a line that is coloured; a lexer may take its time over longer ones."""

_TRIPLE = re.compile(r"'''|\"\"\"")


class Highlighter:
    """Colours finished lines; a line inside an open triple-quoted string is coloured as one.

    Without colours the text passes as it is. Every hidden character is made visible either way.
    """

    def __init__(self, *, colours: bool) -> None:
        self._colours = colours
        self._line = ""
        self._open = ""
        self._lexer: Any = None

    def start(self, language: str) -> None:
        """A block in this language begins."""
        self._line = self._open = ""
        self._lexer = _lexer(language) if self._colours else None

    def feed(self, text: str) -> str:
        """The finished lines so far, coloured; without colours everything at once."""
        if self._lexer is None:
            return visible_code(text)
        *lines, self._line = (self._line + text).split("\n")
        return "".join(self._painted(line) + "\n" for line in lines)

    def finish(self) -> str:
        """What was still held back."""
        line, self._line = self._line, ""
        return self._painted(line) if line else ""

    def _painted(self, line: str) -> str:
        from pygments import format as paint

        shown = visible_code(line)
        prefix, self._open = self._open, self._open_after(line)
        if len(shown) > LONGEST:
            return shown
        tokens = _without(len(prefix), self._lexer.get_tokens(f"{prefix}{shown}"))
        coloured: str = paint(tokens, _formatter())
        return coloured

    def _open_after(self, line: str) -> str:
        opened = self._open
        for match in _TRIPLE.finditer(line):
            if not opened:
                opened = match.group()
            elif opened == match.group():
                opened = ""
        return opened


def _without(count: int, tokens: Iterable[tuple[Any, str]]) -> Iterator[tuple[Any, str]]:
    """The tokens without their first `count` characters."""
    for kind, text in tokens:
        rest = text[count:]
        count -= len(text) - len(rest)
        if rest:
            yield kind, rest


@cache
def _formatter() -> Any:
    from pygments.formatters.terminal import TerminalFormatter
    from pygments.token import Token, string_to_tokentype

    return TerminalFormatter(
        colorscheme={Token: ("", "")}
        | {string_to_tokentype(kind): (colour, colour) for kind, colour in COLOURS.items()}
    )


def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
