"""The outputs of one execution while it runs: text joined by stream, displays updated in place."""

from dataclasses import replace

from interpreter.core.messages import Display, Output, Text


class Outputs:
    """Collects outputs in order; text that arrives in many small pieces stays linear in time."""

    def __init__(self) -> None:
        self._items: list[Output] = []
        self._pieces: list[str] = []
        self._clears = False

    def add(self, output: Output) -> bool:
        """Append an output; returns whether it cleared what came before, as the code had asked."""
        cleared, self._clears = self._clears, False
        if cleared:
            self._items, self._pieces = [], []
        if isinstance(output, Text) and self._continues(output):
            self._pieces.append(output.text)
        else:
            self._flush()
            self._items.append(output)
        return cleared

    def update(self, display_id: str, output: Output) -> None:
        """Put an output where the displays of that id stand."""
        self._flush()
        self._items = [output if isinstance(item, Display) and item.id == display_id else item for item in self._items]

    def clear(self) -> None:
        """Drop everything as soon as something new comes, so that nothing flickers."""
        self._clears = True

    def all(self) -> tuple[Output, ...]:
        """Everything so far."""
        self._flush()
        return tuple(self._items)

    def _continues(self, output: Text) -> bool:
        last = self._items[-1] if self._items else None
        return isinstance(last, Text) and last.stream == output.stream and not output.left_out

    def _flush(self) -> None:
        if self._pieces and isinstance(last := self._items[-1], Text):
            self._items[-1] = replace(last, text="".join([last.text, *self._pieces]))
        self._pieces = []
