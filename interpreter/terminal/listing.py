"""Code as numbered rows no wider than the terminal: nothing is cropped, and no line can pass for another."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from interpreter.core.messages import CodeBlock
from interpreter.terminal.highlight import Highlighter
from interpreter.terminal.inline import DIM
from interpreter.terminal.wrapped import columns, styled

TAB = 4
DIGITS = 3
GAP = "  "
LEAST = 8
"""Columns for code beside the numbers; where the terminal has fewer, there are no numbers."""

PLAIN = "\x1b[39;49;00m"
_COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")


@dataclass(frozen=True, slots=True)
class Row:
    """One row on the terminal, and the number of the line that it belongs to."""

    line: int
    text: str


class Listing:
    """Takes a block in pieces, and gives the rows of each line that is complete; `width` may change meanwhile."""

    def __init__(self, width: Callable[[], int], *, colours: bool) -> None:
        self._width = width
        self._colours = colours
        self._code = Highlighter(colours=colours)
        self.start("")

    def start(self, language: str) -> None:
        """A block in this language begins."""
        self._code.start(language)
        self._line: list[str] = []
        self._number = 0

    def feed(self, text: str) -> list[Row]:
        """The rows of the lines that end in this text."""
        *ended, rest = text.split("\n")
        rows: list[Row] = []
        for end in ended:
            rows.extend(self._rows("".join([*self._line, end])))
            self._line.clear()
        self._line.append(rest)
        return rows

    def finish(self) -> list[Row]:
        """The rows of the last line, where no line end has come."""
        line = "".join(self._line)
        return list(self._rows(line)) if line else []

    def _rows(self, line: str) -> Iterator[Row]:
        self._number += 1
        painted = self._code.feed(line.expandtabs(TAB) + "\n").removesuffix("\n")
        number = f"{self._number:>{DIGITS}}{GAP}"
        room = self._width() - len(number)
        if room < LEAST:
            number, room = "", max(1, self._width())
        for at, row in enumerate(wrapped(painted, room)):
            before = " " * len(number) if at else styled(number, DIM) if self._colours else number
            yield Row(self._number, f"{before}{row}\n")


def listed(block: CodeBlock, width: int, *, colours: bool) -> str:
    """A whole block as numbered rows."""
    listing = Listing(lambda: width, colours=colours)
    listing.start(block.language)
    return "".join(row.text for row in [*listing.feed(block.code), *listing.finish()])


def wrapped(text: str, room: int) -> list[str]:
    """Coloured text in rows of at most `room` columns; a colour ends with its row, and goes on in the next."""
    if text.isascii() and "\x1b" not in text:
        return [text[at : at + room] for at in range(0, len(text), room)] or [""]
    rows: list[str] = []
    row: list[str] = []
    column, colour = 0, ""
    for piece in _COLOUR.split(text):
        if _COLOUR.fullmatch(piece):
            row.append(piece)
            colour = "" if piece == PLAIN else piece
            continue
        for character in piece:
            wide = _wide(character)
            if column + wide > room and column:
                rows.append("".join([*row, PLAIN if colour else ""]))
                row, column = [colour], 0
            row.append(character)
            column += wide
    return [*rows, "".join(row)]


def _wide(character: str) -> int:
    """Columns that a character takes at most: a terminal may draw it narrower, and must not break the row by itself."""
    if character.isascii():
        return 1
    return 2 if unicodedata.east_asian_width(character) in "AWF" else columns(character)
