"""One execution's outputs while it runs: text joined by stream and resolved, displays updated in place."""

from collections import deque
from typing import TypeAlias

from interpreter.core.messages import Display, Output, Text
from interpreter.core.written import Written

Item: TypeAlias = Written | Output


class Outputs:
    """Collects outputs in order; text that arrives in many small pieces stays linear in time.

    A line that its program wrote over, in whatever pieces, is kept as it was last, also when the other stream wrote in
    between: then it stands where it was last written.
    """

    def __init__(self) -> None:
        self._clears = False
        self._start()

    def _start(self) -> None:
        self._items: deque[Item] = deque()
        self._before: list[Output] = []
        self._settled = self._gap = 0

    def add(self, output: Output) -> bool:
        """Append an output; returns whether it cleared what came before, as the code had asked."""
        cleared, self._clears = self._clears, False
        if cleared:
            self._start()
        if isinstance(output, Text):
            if not (output.text or output.left_out):
                return cleared
            written = self._written(output)
            self._settled += written.feed(output.text)
        else:
            self.end_lines()
            self._items.append(output)
        return cleared

    def update(self, display_id: str, output: Output) -> None:
        """Put an output where the displays of that id stand."""
        for items in (self._before, self._items):
            for place, item in enumerate(items):
                if isinstance(item, Display) and item.id == display_id:
                    items[place] = output

    def clear(self) -> None:
        """Drop everything as soon as something new comes, so that nothing flickers."""
        self._clears = True

    def all(self) -> tuple[Output, ...]:
        """Everything so far."""
        outputs, gap = list(self._before), self._gap
        for item in self._items:
            if not isinstance(item, Written):
                outputs.append(item)
            elif not item.is_empty:
                outputs.append(item.output(gap))
                gap = 0
        return tuple(outputs)

    @property
    def characters(self) -> int:
        """Of text, as it is resolved now, without what was dropped."""
        lately = [self._items[-place] for place in (1, 2) if len(self._items) >= place]
        return self._settled + sum(len(item.open) for item in lately if isinstance(item, Written))

    def end_lines(self) -> None:
        """Nothing that was written so far changes any more."""
        for place in (1, 2):
            if len(self._items) >= place and isinstance(item := self._items[-place], Written):
                self._settled += item.end()

    def trim(self, most: int) -> None:
        """Drop the oldest text beyond so many characters, lines that may still change not counted; displays stay."""
        while self._settled > most and self._items:
            first = self._items[0]
            if not isinstance(first, Written):
                self._before.append(first)
                self._items.popleft()
                continue
            if len(self._items) > 1:
                self._settled += first.end()
            dropped = first.drop(self._settled - most)
            self._settled -= dropped
            self._gap += dropped
            if len(self._items) > 1 and not first.text:
                self._gap += first.left_out
                self._items.popleft()

    def _written(self, output: Text) -> Written:
        """Where a text belongs: at the end of the last one, if it is of the same stream, or in a new one."""
        last = self._items[-1] if self._items else None
        if isinstance(last, Written) and last.stream == output.stream and not output.left_out:
            return last
        new = Written(output.stream, output.left_out)
        if isinstance(last, Written) and not output.left_out:
            self._settled += last.pause()
            self._go_on(new, output.text)
        else:
            self.end_lines()
        self._items.append(new)
        return new

    def _go_on(self, new: Written, text: str) -> None:
        """Let a text go on with a line of its stream that is open before the other stream's last text."""
        older = self._items[-2] if len(self._items) > 1 else None
        if not isinstance(older, Written) or older.stream != new.stream:
            return
        if not older.is_gone_on_with_by(text):
            self._settled += older.end()
            return
        new.take_open(older)
        if older.is_empty:
            last = self._items.pop()
            self._items.pop()
            before = self._items[-1] if self._items else None
            assert isinstance(last, Written)
            if isinstance(before, Written) and before.stream == last.stream and not last.left_out:
                self._settled += before.join(last)
            else:
                self._items.append(last)
