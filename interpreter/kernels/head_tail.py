"""Bounds on what one execution may bring: the head as it comes, the tail at the end, and how much was left out."""

import re
from collections.abc import Iterator
from dataclasses import replace

from interpreter.core.messages import Display, Text
from interpreter.core.outputs import Outputs
from interpreter.core.ports import Cleared, DisplayUpdated, KernelEvent, OutputArrived

HEAD = 100_000
TAIL = 100_000
"""Characters, as they stand when returns and escapes are resolved."""
DISPLAYS = 100
DISPLAY_CHARACTERS = 50_000_000

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_MOVES = re.compile(r"[\r\x08\x1b]")


class HeadTail:
    """Passes events on, in order and as they are; once the head is full, everything is held back until the end.

    Memory stays bounded whatever comes: the middle of the text is dropped and counted, displays beyond the bounds are
    counted, and of their updates only the last of each id is kept. What was written over takes no room: a progress bar
    passes for as long as it runs.
    """

    def __init__(self, head: int = HEAD, tail: int = TAIL, displays: int = DISPLAYS) -> None:
        self._bounds = (head, tail, displays)
        self._clears = False
        self._reset()

    def _reset(self) -> None:
        self._head, self._tail, self._displays = self._bounds
        self._weight = DISPLAY_CHARACTERS
        self._passed, self._held = Outputs(), Outputs()
        self._is_full = False
        self._begins = ""
        self._updates: dict[str, DisplayUpdated] = {}
        self._displays_left_out = 0

    def take(self, event: KernelEvent) -> Iterator[KernelEvent]:
        """What of an event, if anything, can be passed on now."""
        if isinstance(event, Cleared):
            # It takes effect when something new comes: till then what is there stays.
            self._clears = True
            return
        if self._clears:
            self._clears = False
            self._reset()
            yield Cleared()
        match event:
            case OutputArrived(Text() as text):
                yield from self._take_text(text)
            case OutputArrived(Display() as display) if not self._has_room_for(display):
                self._displays_left_out += 1
            case DisplayUpdated(display_id, Display() as display) if not self._weighs_little(display) or self._is_full:
                self._updates[display_id] = event
            case OutputArrived(output) if self._is_full:
                self._held.add(output)
            case OutputArrived():
                self._passed.end_lines()
                yield event
            case _:
                yield event

    def rest(self) -> Iterator[KernelEvent]:
        """What was held back; the count of characters left out is on the first text after the gap."""
        self._held.end_lines()
        self._held.trim(self._tail)
        begins = self._begins
        for output in self._held.all():
            if isinstance(output, Text):
                # Where nothing is missing, a line that began in the head was to be written over.
                output = output if output.left_out else replace(output, text=begins + output.text)
                begins = ""
            yield OutputArrived(output)
        yield from self._updates.values()

    @property
    def note(self) -> str:
        """What was left out besides text."""
        count = self._displays_left_out
        return f"{count} more {'display was' if count == 1 else 'displays were'} left out." if count else ""

    def _take_text(self, text: Text) -> Iterator[KernelEvent]:
        if self._is_full:
            self._hold(text)
            return
        room = max(0, self._head - self._passed.characters)
        if len(text.text) <= room:
            self._passed.add(text)
            yield OutputArrived(text)
            return
        end = self._end_of_lines(text) if _MOVES.search(text.text) else room
        if end:
            yield OutputArrived(replace(text, text=text.text[:end]))
        if end < len(text.text):
            # From here on, what comes later must not overtake the tail.
            self._is_full = True
            self._begins = "\r" if text.text[end] == "\r" else ""
            self._hold(replace(text, text=text.text[end:]))

    def _end_of_lines(self, text: Text) -> int:
        """How much of a text that writes over itself fits: whole lines, and what is no longer than the room."""
        end = 0
        for line in _LINES.findall(text.text):
            before = self._passed.characters
            self._passed.add(replace(text, text=line))
            if self._passed.characters > max(self._head, before):
                return end
            end += len(line)
        return end

    def _hold(self, text: Text) -> None:
        self._held.add(text)
        self._held.trim(self._tail)

    def _has_room_for(self, display: Display) -> bool:
        self._displays -= 1
        return self._displays >= 0 and self._weighs_little(display)

    def _weighs_little(self, display: Display) -> bool:
        self._weight -= sum(
            len(value) if isinstance(value, str) else len(repr(value)) for value in display.data.values()
        )
        return self._weight >= 0
