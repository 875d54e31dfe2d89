"""Sentences of the program's own on a terminal: lines end between words."""

import os
import sys
import textwrap

from interpreter.core.visible import visible


def in_lines(text: str, width: int, indent: str = "") -> str:
    """The text in lines of at most `width` columns; what is longer than a line, as a path may be, stays whole.

    `indent` stands before what goes on below. Width 0 is no limit.
    """
    if width <= 0:
        return text
    return "\n".join(_lines(line, width, indent) for line in text.split("\n"))


def _lines(line: str, width: int, indent: str) -> str:
    if len(line) <= width:
        return line
    rows = textwrap.wrap(
        line,
        width,
        expand_tabs=False,
        replace_whitespace=False,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(rows)


def tell(text: str) -> None:
    """Say something beside the answer: on stderr."""
    print(in_lines(visible(text), width_of(2)), file=sys.stderr, flush=True)


def width_of(descriptor: int) -> int:
    """Columns of a terminal; 0 where there is none."""
    try:
        return os.get_terminal_size(descriptor).columns
    except (OSError, ValueError):
        return 0
