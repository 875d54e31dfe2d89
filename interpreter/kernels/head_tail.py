"""Bounds on what one execution may bring: the head as it comes, the tail at the end, and how much was left out."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from interpreter.core.messages import Display, Stream, Text
from interpreter.core.ports import Cleared, DisplayUpdated, KernelEvent, OutputArrived

HEAD = 100_000
TAIL = 100_000
"""Characters."""
DISPLAYS = 100
DISPLAY_CHARACTERS = 50_000_000


class HeadTail:
    """Passes events on, in order; once the head is full, everything is held back until the end.

    Memory stays bounded whatever comes: the middle of the text is dropped and counted, displays beyond the bounds are
    counted, and of their updates only the last of each id is kept.
    """

    def __init__(self, head: int = HEAD, tail: int = TAIL, displays: int = DISPLAYS) -> None:
        self._bounds = (head, tail, displays)
        self._clears = False
        self._reset()

    def _reset(self) -> None:
        self._room, self._tail, self._displays = self._bounds
        self._weight = DISPLAY_CHARACTERS
        self._before: list[KernelEvent] = []
        self._held: deque[KernelEvent] = deque()
        self._updates: dict[str, DisplayUpdated] = {}
        self._held_characters = self._left_out = self._displays_left_out = 0

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
            case OutputArrived(Text(text, stream)):
                yield from self._take_text(text, stream)
            case OutputArrived(Display() as display) if not self._has_room_for(display):
                self._displays_left_out += 1
            case DisplayUpdated(display_id, Display() as display) if not self._weighs_little(display):
                self._updates[display_id] = event
            case _:
                yield from self._in_order(event)

    def rest(self) -> Iterator[KernelEvent]:
        """What was held back; the count of characters left out is on the first text after the gap."""
        left_out = self._left_out
        yield from self._before
        for event in _joined(self._held):
            if left_out and isinstance(event, OutputArrived) and isinstance(event.output, Text):
                event, left_out = OutputArrived(replace(event.output, left_out=left_out)), 0
            yield event
        yield from self._updates.values()

    @property
    def note(self) -> str:
        """What was left out besides text."""
        count = self._displays_left_out
        return f"{count} more {'display was' if count == 1 else 'displays were'} left out." if count else ""

    def _take_text(self, text: str, stream: Stream) -> Iterator[KernelEvent]:
        head, rest = text[: self._room], text[self._room :]
        self._room -= len(head)
        if head:
            yield OutputArrived(Text(head, stream))
        if rest:
            # From here on, what comes later must not overtake the tail.
            self._room = 0
            self._held.append(OutputArrived(Text(rest, stream)))
            self._held_characters += len(rest)
            self._trim()

    def _in_order(self, event: KernelEvent) -> Iterator[KernelEvent]:
        if self._held or self._before:
            self._held.append(event)
        else:
            yield event

    def _trim(self) -> None:
        while (excess := self._held_characters - self._tail) > 0:
            event = self._held.popleft()
            if not (isinstance(event, OutputArrived) and isinstance(event.output, Text)):
                self._before.append(event)
                continue
            kept = event.output.text[excess:]
            dropped = len(event.output.text) - len(kept)
            self._held_characters -= dropped
            self._left_out += dropped
            if kept:
                self._held.appendleft(OutputArrived(replace(event.output, text=kept)))

    def _has_room_for(self, display: Display) -> bool:
        self._displays -= 1
        return self._displays >= 0 and self._weighs_little(display)

    def _weighs_little(self, display: Display) -> bool:
        self._weight -= sum(
            len(value) if isinstance(value, str) else len(repr(value)) for value in display.data.values()
        )
        return self._weight >= 0


def _joined(events: deque[KernelEvent]) -> Iterator[KernelEvent]:
    """The events, neighbouring texts of one stream made one."""
    pieces: list[str] = []
    stream: Stream = "stdout"
    for event in events:
        if isinstance(event, OutputArrived) and isinstance(event.output, Text):
            if pieces and event.output.stream != stream:
                yield OutputArrived(Text("".join(pieces), stream))
                pieces = []
            pieces.append(event.output.text)
            stream = event.output.stream
            continue
        if pieces:
            yield OutputArrived(Text("".join(pieces), stream))
            pieces = []
        yield event
    if pieces:
        yield OutputArrived(Text("".join(pieces), stream))
