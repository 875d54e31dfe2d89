"""Words on lines of a width, appended as they come: nothing that stands is drawn again."""

import re
from collections.abc import Callable, Iterable

from interpreter.core.visible import visible
from interpreter.terminal.inline import DIM, WIDE, Span

_PIECES = re.compile(rf"\s+|[^\s{WIDE}-\U0010ffff]+|[^\s]")
"""Blanks, words, and characters of scripts and signs between which a line may break."""


def styled(text: str, style: str) -> str:
    """The text in a look; `style` is the parameters of an SGR sequence."""
    return f"\x1b[{style}m{text}\x1b[0m" if style and text else text


class Wrapped:
    """Lays out spans within `width()` columns.

    `start` begins a paragraph: `first` stands before its first line, `others` before those that follow.
    """

    def __init__(self, width: Callable[[], int]) -> None:
        self._width = width
        self.start("", "")

    def start(self, first: str, others: str) -> None:
        """Begin a paragraph; what stands before its lines is dim."""
        self._before = first
        self._others = others
        self._column = 0
        self._blank = ""
        self._word: list[Span] = []
        self._is_empty = True

    def put(self, spans: Iterable[Span]) -> str:
        """What of these spans, and of what waited, can be drawn: whole words."""
        drawn: list[str] = []
        for span in spans:
            for piece in _PIECES.findall(visible(span.text)):
                if piece.isspace():
                    drawn.append(self._flush())
                    drawn.append(self._space(piece))
                elif len(piece) == 1 and piece >= WIDE:
                    drawn.append(self._flush())
                    drawn.append(self._draw([Span(piece, span.style)]))
                else:
                    self._word.append(Span(piece, span.style))
        return "".join(drawn)

    def finish(self) -> str:
        """The last word and the end of the line."""
        drawn = self._flush()
        return f"{drawn}\n" if not self._is_empty or drawn else ""

    def _space(self, piece: str) -> str:
        if "\n" in piece:
            return self._new_line()
        self._blank = " " * len(piece.expandtabs(4)) if self._column else ""
        return ""

    def _flush(self) -> str:
        word, self._word = self._word, []
        return self._draw(word) if word else ""

    def _draw(self, word: list[Span]) -> str:
        drawn = [self._begin()] if self._is_empty else []
        width = sum(map(columns, (span.text for span in word)))
        if self._column and self._column + len(self._blank) + width > self._room:
            drawn.append(self._new_line())
        else:
            drawn.append(self._blank)
            self._column += len(self._blank)
        self._blank = ""
        drawn.extend(self._fitted(span) for span in word)
        return "".join(drawn)

    def _fitted(self, span: Span) -> str:
        """The span, broken where a line ends: only what is longer than a line is."""
        drawn: list[str] = []
        piece = ""
        for character in span.text:
            wide = columns(character)
            if self._column + wide > self._room and self._column:
                drawn.extend((styled(piece, span.style), self._new_line()))
                piece = ""
            piece += character
            self._column += wide
        return "".join([*drawn, styled(piece, span.style)])

    @property
    def _room(self) -> int:
        return max(1, self._width() - columns(self._others))

    def _begin(self) -> str:
        self._is_empty = False
        return styled(self._before, DIM)

    def _new_line(self) -> str:
        self._column, self._blank = 0, ""
        begun = self._begin() if self._is_empty else ""
        return f"{begun}\n{styled(self._others, DIM)}"


def columns(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
