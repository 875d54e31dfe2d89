"""The first and the last rows of a block; what lies between is counted, and left for the pager."""

import sys
from collections import deque
from collections.abc import Callable, Iterable

from interpreter.terminal.listing import Row

SHORT = 30
"""Rows that are never folded, however low the terminal."""
AROUND = 6
"""Rows of the terminal that the block leaves to what stands around it: its rules, the hints, the question."""


class Fold:
    """Passes the first rows through and holds back the last; `height` gives the rows of the terminal, 0 for no end."""

    def __init__(self, height: Callable[[], int]) -> None:
        self._height = height
        self.start()

    def start(self) -> None:
        """A block begins."""
        height = self._height()
        room = max(SHORT, height - AROUND) if height else sys.maxsize
        self._room = room - room // 3
        self._held: deque[Row] = deque(maxlen=room // 3)
        self._first = self._last = 0
        self.lines = 0

    @property
    def hidden(self) -> int:
        """The lines of the block that do not stand there whole."""
        return self._last - self._first + 1 if self._first else 0

    @property
    def is_holding(self) -> bool:
        """Rows have come that are not drawn yet."""
        return bool(self._held)

    def feed(self, rows: Iterable[Row]) -> str:
        """What is drawn of these rows now."""
        drawn: list[str] = []
        for row in rows:
            self.lines = row.line
            if self._room:
                self._room -= 1
                drawn.append(row.text)
                continue
            if len(self._held) == self._held.maxlen:
                self._last = self._held[0].line
                self._first = self._first or self._last
            self._held.append(row)
        return "".join(drawn)

    def finish(self) -> tuple[str, str]:
        """The mark for what is folded, empty if nothing is, and the last rows."""
        rows = "".join(row.text for row in self._held)
        self._held.clear()
        if not self._first:
            return "", rows
        which = f"{self._first:,} to {self._last:,}" if self._last > self._first else f"{self._first:,}"
        return f"⋯ {self.hidden:,} line{'s' * (self.hidden > 1)} folded: {which} ⋯", rows
