"""Output of one execution, bounded in lines: the first are shown as they come, the last when it has ended."""

from collections import deque

from interpreter.core.feedback import left_out

ERASE_LINE = "\r\x1b[K"
"""Begins a line again; what stood there before is gone."""
MARK_LINES = 2
"""Lines from the beginning of a text to the end of its mark for what was left out."""

FIRST, LAST = 1_000, 100
"""Lines on the screen: enough to scroll through, few enough that a flood does not bury the conversation."""


class LongOutput:
    """Passes the first lines through, holds back the rest, and gives the last ones at the end.

    `hint` says, within the mark for what is not shown, how to see it.
    """

    def __init__(self, hint: str = "") -> None:
        self._hint = hint
        self._start()

    def feed(self, text: str, missing: int = 0) -> str:
        """What of this text is to be shown now; it begins with the mark for `missing` characters that nobody has."""
        room = FIRST - self._lines
        self._missing += missing if room <= MARK_LINES else 0
        pieces = text.split("\n")
        self._lines += min(room, len(pieces) - 1)
        if len(pieces) <= room:
            return text
        self._hold(pieces[room:])
        return "".join(f"{line}\n" for line in pieces[:room])

    def finish(self) -> str:
        """What is shown at the end: how much was held back, and its last lines."""
        lines = [*self._held, self._open] if self._open else list(self._held)
        mark = [self._mark(lines)] if self._dropped else []
        self._start()
        return "\n".join([*mark, *lines]) + "\n" if lines else ""

    def _mark(self, shown: list[str]) -> str:
        if not self._missing or left_out(self._missing) in shown:
            return f"[… {self._dropped:,} lines not shown{self._hint} …]"
        # The mark for the characters has gone with the lines around it, and was counted as one of them.
        return f"[… {self._dropped - 1:,} lines and {self._missing:,} characters not shown{self._hint} …]"

    def _start(self) -> None:
        self._lines = 0
        self._held: deque[str] = deque(maxlen=LAST)
        self._open = ""
        self._dropped = self._missing = 0

    def _hold(self, pieces: list[str]) -> None:
        pieces = [self._open + pieces[0], *pieces[1:]]
        *complete, last = pieces
        # Only what will be seen, or a progress bar would grow without end.
        self._open = last.rpartition(ERASE_LINE)[2]
        self._dropped += max(0, len(self._held) + len(complete) - LAST)
        self._held.extend(complete)
