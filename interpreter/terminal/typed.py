"""What a person types while a turn runs: a line that grows, and the instructions that wait for their turn."""

import re
import time
from collections.abc import Callable

from interpreter.core.visible import visible
from interpreter.terminal.inline import DIM
from interpreter.terminal.key_decoder import Key
from interpreter.terminal.wrapped import columns, styled

REST = "es"
"""What may follow an answer, since many type all of “yes”."""
MOMENT = 1.0
"""Seconds within which it does."""

CURSOR = "\x1b[7m \x1b[0m"
LINE_END = "⏎"


class Typed:
    """Holds the line and the queue; keys come from one thread, what has been typed is looked at by others."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._line = ""
        self._before = ""
        self._answered_at = float("-inf")
        self._began_at = self._pressed_at = float("-inf")
        self.queue: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.line or self.queue)

    @property
    def line(self) -> str:
        """The line that is being typed, without what belongs to the answer before it."""
        return self._before if self._is_rest_of_answer() else self._line

    def answered(self) -> None:
        """A question has just been answered."""
        self._before, self._answered_at = self.line, self._clock()
        self._line = self._before

    def take(self, key: Key) -> None:
        """Change the line as the key does."""
        now = self._clock()
        if self._is_rest_of_answer() and now - self._pressed_at > MOMENT:
            self._line = self._before
        self._pressed_at = now
        if self._line == self._before:
            self._began_at = now
        if key.name not in ("text", "enter"):
            self._answered_at = float("-inf")
        match key.name:
            case "text" | "paste":
                self._line += key.text
            case "new line":
                self._line += "\n"
            case "backspace":
                self._line = self._line[:-1]
            case "erase line":
                self._line = self._line.rpartition("\n")[0]
            case "erase word":
                self._line = re.sub(r"\S*\s*\Z", "", self._line)
            case "up":
                if not self.line and self.queue:
                    self._line = self.queue.pop()
            case "enter":
                self._enter()
            case _:
                pass

    def next(self) -> str | None:
        """The instruction that has waited longest."""
        return self.queue.pop(0) if self.queue else None

    def rest(self) -> str:
        """All that waits, and the line, as one text; nothing is left."""
        waiting = [*self.queue, self.line] if self.line else self.queue
        self.queue, self._line = [], ""
        return "\n".join(waiting)

    def shown(self, width: int) -> str:
        """A line for the terminal, narrower than `width`: the end of what is being typed, and how much waits."""
        count = f"{len(self.queue)} queued" if self.queue else ""
        if self.line:
            after = f"  ({count})" if count else ""
            end = _end(self.line, width - len(after) - len("> ") - 2)
            return f"> {end}{CURSOR}{styled(after, DIM)}"
        return styled(_start(f"  {count}, ↑ takes back: {_on_one_line(self.queue[-1])}", width - 1), DIM)

    def _enter(self) -> None:
        is_late = self._clock() - self._answered_at < MOMENT and self._line == self._before
        if self._is_rest_of_answer() or is_late:
            self._line, self._answered_at = self._before, float("-inf")
            return
        line, self._line = self._line, ""
        if line.strip():
            self.queue.append(line.strip())
        self._before = ""

    def _is_rest_of_answer(self) -> bool:
        more = self._line.removeprefix(self._before)
        return bool(more) and REST.startswith(more) and self._began_at - self._answered_at < MOMENT


def _on_one_line(text: str) -> str:
    return visible(text.replace("\n", LINE_END).replace("\t", " "))


def _end(text: str, width: int) -> str:
    """What fits of the end of a text."""
    shown = _on_one_line(text[-width:] if width > 0 else "")
    if columns(shown) <= width and len(text) <= width:
        return shown
    while shown and columns(shown) > width - 1:
        shown = shown[1:]
    return f"…{shown}"


def _start(text: str, width: int) -> str:
    """What fits of the beginning of a text."""
    text = text[: max(0, width)]
    while columns(text) > width:
        text = text[:-1]
    return text
