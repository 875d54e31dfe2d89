"""Output of one execution, bounded in lines: the first are shown as they come, the last when it has ended."""

from collections import deque

FIRST, LAST = 1_000, 100
"""Lines on the screen: enough to scroll through, few enough that a flood does not bury the conversation."""


class LongOutput:
    """Passes the first lines through, holds back the rest, and gives the last ones at the end."""

    def __init__(self) -> None:
        self._start()

    def feed(self, text: str) -> str:
        """What of this text is to be shown now."""
        room = FIRST - self._lines
        pieces = text.split("\n")
        self._lines += min(room, len(pieces) - 1)
        if len(pieces) <= room:
            return text
        self._hold(pieces[room:])
        return "".join(f"{line}\n" for line in pieces[:room])

    def finish(self) -> str:
        """What is shown at the end: how much was held back, and its last lines."""
        lines = [*self._held, self._open] if self._open else list(self._held)
        hidden = self._dropped
        self._start()
        mark = [f"[… {hidden:,} lines not shown …]"] if hidden else []
        return "\n".join([*mark, *lines]) + "\n" if lines else ""

    def _start(self) -> None:
        self._lines = 0
        self._held: deque[str] = deque(maxlen=LAST)
        self._open = ""
        self._dropped = 0

    def _hold(self, pieces: list[str]) -> None:
        pieces = [self._open + pieces[0], *pieces[1:]]
        *complete, self._open = pieces
        self._dropped += max(0, len(self._held) + len(complete) - LAST)
        self._held.extend(complete)
