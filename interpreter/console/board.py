"""Where the code stands for whoever is asked about it."""

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from interpreter.console.tty import Tty
from interpreter.core.messages import CodeBlock
from interpreter.core.visible import visible, visible_code


@runtime_checkable
class Board(Protocol):
    """Shows code and words on the terminal at which the question is asked."""

    @property
    def folded(self) -> int:
        """Lines of the block shown last that do not stand there whole."""
        ...

    def show_block(self, block: CodeBlock) -> None:
        """Show a block: one that has been changed, or that nobody has shown yet."""
        ...

    def whole(self, block: CodeBlock) -> str:
        """All of a block, fit for a terminal."""
        ...

    def show_prose(self, pieces: Iterable[str]) -> None:
        """Show Markdown as it comes; stands at the start of a line afterwards."""
        ...

    def note(self, text: str) -> None:
        """Show a line of the program's own."""
        ...


class TtyBoard:
    """The terminal itself, as plain text: for the library, and where the chat's output goes elsewhere."""

    folded = 0

    def __init__(self, tty: Tty) -> None:
        self._tty = tty

    def show_block(self, block: CodeBlock) -> None:
        """Write all of a block."""
        self._tty.write(f"{plain_block(block)}\n")

    def whole(self, block: CodeBlock) -> str:
        """The same."""
        return plain_block(block)

    def show_prose(self, pieces: Iterable[str]) -> None:
        """Write it as it is."""
        for text in pieces:
            self._tty.write(visible(text))
        self._tty.write("\n")

    def note(self, text: str) -> None:
        """Write a line."""
        self._tty.write(f"{visible(text)}\n")


def plain_block(block: CodeBlock) -> str:
    """A block as plain text, every hidden character visible, nothing cut off."""
    return f"\n{CodeBlock(block.language, visible_code(block.code)).fenced}\n"
