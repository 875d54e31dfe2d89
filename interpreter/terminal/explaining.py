"""An explanation of a block, with a word below it while it is waited for."""

from collections.abc import Callable, Iterator

from interpreter.assembly import Assembled
from interpreter.core.events import MessageAdded, ProseDelta
from interpreter.core.explanation import Explanation
from interpreter.core.messages import CodeBlock, Instruction
from interpreter.terminal.footer import Footer
from interpreter.terminal.status import Status, parts_of


class Explained(Explanation):
    """As Explanation; a footer below says what is waited for."""

    def __init__(self, assembled: Assembled, block: CodeBlock, footer: Footer) -> None:
        super().__init__(assembled.model, block, assembled.redact)
        self._footer = footer
        self._status = Status(parts_of(assembled), "Ctrl-C")
        self._status.take(MessageAdded(Instruction("")))

    def pieces(self, stop: Callable[[], bool]) -> Iterator[str]:
        """As there."""
        with self._footer.saying(self._status.lines):
            for text in super().pieces(stop):
                self._status.take(ProseDelta(text))
                yield text
