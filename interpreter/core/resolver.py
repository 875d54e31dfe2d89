"""Text as a terminal would show it in the end: returns overwrite, backspaces step back, lines are erased."""

import re
from dataclasses import dataclass

ROWS = 24
"""Lines that a program can still go up to and change, as nested progress bars do."""
WIDTH = 4_096
"""Characters of a line; what is longer goes on in the next row, as on a terminal, and a return comes back to there."""

_DROPPED = re.compile(
    r"\x1b(?:\[[0-?]{0,99}[ -/]{0,9}(?![A-GJK])[@-~]"
    r"|[]PX^_][^\x07\x1b]{0,999}(?:\x07|\x1b\\)"
    r"|[ -/]{1,9}[0-~]|[0-Z\\a-~])"
)
"""Colours, titles, links and all else that moves nothing: what follows is kept."""
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]{0,99}[ -/]{0,9}|[]PX^_][^\x07\x1b]{0,999}\x1b?|[ -/]{0,9})\Z")
_UP = re.compile(r"\x1b\[[0-9]*[AF]")
_TOKEN = re.compile(r"\n|\x08|\x1b\[([0-?]{0,99})[ -/]{0,9}([A-GJK])|\x1b|[^\n\x08\x1b]+")


@dataclass(slots=True)
class _Row:
    """A line that may still change; blanks at its end count only as long as nothing was drawn over."""

    text: str = ""
    is_drawn_over: bool = False

    @property
    def shown(self) -> str:
        return self.text.rstrip(" ") if self.is_drawn_over else self.text

    def write(self, column: int, text: str) -> None:
        before = self.text.ljust(column)
        self.is_drawn_over = self.is_drawn_over or column < len(self.text)
        self.text = before[:column] + text + before[column + len(text) :]

    def erase(self, column: int, how: str) -> None:
        self.is_drawn_over = True
        if how == "2":
            self.text = ""
        elif how == "1":
            self.text = " " * min(column + 1, len(self.text)) + self.text[column + 1 :]
        else:
            self.text = self.text[:column]


class Resolver:
    """Takes text in pieces, cut anywhere, in linear time and bounded memory.

    One that is `eager` settles each line at its end, until a piece of text in which a program goes up.
    """

    def __init__(self, *, eager: bool = False) -> None:
        self._rows = [_Row()]
        self._at = self._column = 0
        self._unfinished = ""
        self._settled: list[str] = []
        self._most_rows = 1 if eager else ROWS

    def feed(self, text: str) -> str:
        """Take more text; returns what of all so far can no longer change and was not returned before."""
        if self._unfinished:
            text, self._unfinished = self._unfinished + text, ""
        if "\x1b" in text:
            text = _DROPPED.sub("", self._finished(text))
            if _UP.search(text):
                # From now on lines wait: this program changes what it wrote.
                self._most_rows = ROWS
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        if "\r" in text or "\x1b" in text or "\x08" in text or not self._is_at_end():
            self._draw(text)
        else:
            self._append(text)
        settled = self._settled[0] if len(self._settled) == 1 else "".join(self._settled)
        self._settled = []
        return settled

    @property
    def open(self) -> str:
        """What may still change, as it is now."""
        if len(self._rows) == 1:
            return self._rows[0].shown
        return "\n".join([row.shown for row in self._rows])

    @property
    def row(self) -> str:
        """The line that is being written."""
        return self._rows[self._at].shown

    def finish(self) -> str:
        """What was open, which is settled now; the next text begins a new line."""
        text = self.open
        self._rows, self._at, self._column, self._unfinished = [_Row()], 0, 0, ""
        return text

    def settle_lines(self) -> str:
        """The lines before the last, which are settled now, unless the program has gone up to them."""
        if self.is_up:
            return ""
        text = "".join([f"{row.shown}\n" for row in self._rows[:-1]])
        del self._rows[:-1]
        self._at = 0
        return text

    @property
    def is_up(self) -> bool:
        """Whether the program has gone up from the last line."""
        return self._at < len(self._rows) - 1

    @property
    def is_drawn_over(self) -> bool:
        """Whether the last line has been drawn over: it is a progress bar or the like."""
        return self._rows[-1].is_drawn_over

    def _finished(self, text: str) -> str:
        """The text up to an escape sequence that has only begun, which waits for the next piece."""
        last = text.rfind("\x1b")
        # The last one may be the beginning of another's end.
        match = _UNFINISHED.search(text, max(0, text.rfind("\x1b", 0, last))) if last >= 0 else None
        self._unfinished = match.group() if match else ""
        return text[: match.start()] if match else text

    def _is_at_end(self) -> bool:
        return not self.is_up and self._column == len(self._rows[-1].text)

    def _append(self, text: str) -> None:
        """Text without anything special, behind all there is: most of what is ever written."""
        last = self._rows[-1]
        if len(text) + len(last.text) <= WIDTH and "\n" not in text:
            last.text += text
        elif text:
            self._append_lines(text)
        self._column = len(self._rows[-1].text)

    def _append_lines(self, text: str) -> None:
        start = _start_of_rows(text, self._most_rows)
        if start == 0 or self._rows[-1].is_drawn_over:
            first, *lines = text.split("\n")
            self._append_row(first)
            for line in lines:
                self._begin_row()
                self._append_row(line)
            return
        # Of a long text only the end can change: the rest is passed on in one piece.
        self._freeze()
        self._settled.append(text[:start])
        lines = text[start:].split("\n")
        if max(map(len, lines)) <= WIDTH:
            self._rows = [_Row(line) for line in lines]
            self._at = len(lines) - 1
        else:
            self._append_lines(text[start:])

    def _append_row(self, text: str) -> None:
        row = self._rows[-1]
        if len(row.text) + len(text) <= WIDTH:
            row.text += text
            return
        self._freeze()
        kept = (len(row.text) + len(text)) % WIDTH or WIDTH
        if kept < len(text):
            self._settled.append(text[:-kept])
        self._rows[0].text = text[-kept:]

    def _freeze(self) -> None:
        """Settle all there is; what follows is a row of its own, without a line's end between."""
        lines = [row.shown for row in self._rows[:-1]]
        self._settled.append("\n".join([*lines, self._rows[-1].text]))
        self._rows, self._at = [_Row()], 0

    def _begin_row(self) -> None:
        self._rows.append(_Row())
        if len(self._rows) > self._most_rows:
            self._settled.append(f"{self._rows.pop(0).shown}\n")
        self._at = len(self._rows) - 1

    def _draw(self, text: str) -> None:
        for token in _TOKEN.finditer(text):
            if token[2]:
                self._move(token[1], token[2])
            elif token[0] == "\n":
                self._feed_line()
            elif token[0] == "\x08":
                self._column = max(0, self._column - 1)
            elif token[0] != "\x1b":
                self._draw_line(token[0])

    def _feed_line(self) -> None:
        if self.is_up:
            self._at += 1
        else:
            self._begin_row()
        self._column = 0

    def _draw_line(self, text: str) -> None:
        """Text within a line; of all that one return after the other overwrites, only what lasts is drawn."""
        first, *again = text.split("\r")
        self._write(first)
        if not again:
            return
        self._column = 0
        drawn = [piece for piece in again if piece]
        longest = max(map(len, drawn), default=0)
        if longest > WIDTH:
            for piece in again:
                self._column = 0
                self._write(piece)
            return
        lasting = drawn[-1] if drawn else ""
        for piece in reversed(drawn):
            if len(lasting) == longest:
                break
            lasting += piece[len(lasting) :]
        self._write(lasting)
        self._rows[self._at].is_drawn_over |= len(drawn) > 1
        self._column = len(again[-1])

    def _write(self, text: str) -> None:
        while text:
            if self._column >= WIDTH:
                self._wrap()
            piece, text = text[: WIDTH - self._column], text[WIDTH - self._column :]
            self._rows[self._at].write(self._column, piece)
            self._column += len(piece)

    def _wrap(self) -> None:
        if self.is_up:
            self._at += 1
        else:
            self._freeze()
        self._column = 0

    def _move(self, arguments: str, kind: str) -> None:
        first = arguments.partition(";")[0]
        count = max(1, int(first)) if first.isdecimal() and len(first) < 9 else 1
        if kind in "AF":
            self._at = max(0, self._at - count)
        elif kind in "BE":
            self._at = min(len(self._rows) - 1, self._at + count)
        elif kind in "CDG":
            to = {"C": self._column + count, "D": self._column - count, "G": count - 1}[kind]
            self._column = min(max(0, to), WIDTH - 1)
        elif kind == "K" or first in ("", "0"):
            self._rows[self._at].erase(self._column, first)
            if kind == "J":
                del self._rows[self._at + 1 :]
        if kind in "EF":
            self._column = 0


def resolve(text: str) -> str:
    """A whole text as a terminal would show it in the end."""
    if not ("\r" in text or "\x1b" in text or "\x08" in text):
        return text
    resolver = Resolver()
    return resolver.feed(text) + resolver.finish()


def _start_of_rows(text: str, rows: int) -> int:
    """Where the last so many lines of a text begin."""
    start = len(text)
    for _ in range(rows):
        start = text.rfind("\n", 0, start)
        if start < 0:
            return 0
    return start + 1
