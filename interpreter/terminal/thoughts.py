"""A model's reasoning, bounded: its beginning is shown, and then only that it goes on."""

CHARACTERS, LINES = 400, 5
"""Of the reasoning before a piece of an answer, how much is drawn: enough to see where it goes."""


class Thoughts:
    """Passes the first characters of each stretch of reasoning through, and counts the others."""

    def __init__(self) -> None:
        self.is_open = False
        self.left_out = 0
        self._shown = 0
        self._lines = 0

    def feed(self, text: str) -> str:
        """What of this text is to be drawn now."""
        self.is_open = True
        lines = text.split("\n")[: max(0, LINES - self._lines)]
        shown = "\n".join(lines)[: max(0, CHARACTERS - self._shown)] if not self.left_out else ""
        self._lines += shown.count("\n")
        self._shown += len(shown)
        self.left_out += len(text) - len(shown)
        return shown

    def finish(self) -> str:
        """The mark for what was not drawn, empty if nothing was left out; the next stretch begins."""
        left_out = self.left_out
        self.is_open = False
        self.left_out = self._shown = self._lines = 0
        return f"[… {left_out:,} more characters of reasoning …]" if left_out else ""
