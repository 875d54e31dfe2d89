"""A picture drawn at the width and half the height of a terminal, by whichever protocol it speaks."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import assert_never

from interpreter.core.messages import Image
from interpreter.pictures.decoding import bytes_of, on_white, opened, pixels
from interpreter.terminal.abilities import Protocol
from interpreter.terminal.graphics.blocks import as_blocks
from interpreter.terminal.graphics.iterm2 import as_iterm2
from interpreter.terminal.graphics.kitty import as_kitty
from interpreter.terminal.graphics.sixel import as_sixel

USUAL_CELL = (8, 16)
"""Pixels of a character, where the terminal does not tell."""
FEWEST = 4
"""Columns and rows below which a picture says nothing."""


@dataclass(frozen=True, slots=True)
class Window:
    """A terminal's size in characters, and that of a character in pixels."""

    columns: int
    rows: int
    cell: tuple[int, int] = USUAL_CELL


@dataclass(frozen=True, slots=True)
class Drawing:
    """Draws pictures; `protocol` and `window` are asked when there is one to draw."""

    protocol: Callable[[], Protocol]
    window: Callable[[], Window]
    true_colour: bool = True

    def draw(self, image: Image) -> str:
        """What shows the picture, ended like a line; empty where nothing can. Raises NoPicture for what is none.

        It fits into the width and half the height, keeps its shape, and is never larger than it is.
        """
        window, protocol = self.window(), self.protocol()
        columns, rows = window.columns - 1, window.rows // 2
        if protocol == "none" or image.mime == "image/svg+xml" or min(columns, rows) < FEWEST:
            return ""
        room = (columns, 2 * rows)
        if protocol != "blocks":
            room = (columns * window.cell[0], rows * window.cell[1])
        with opened(bytes_of(image.data)) as opening:
            picture = on_white(pixels(opening, room))
        match protocol:
            case "kitty":
                return f"{as_kitty(picture)}\n"
            case "iterm2":
                return f"{as_iterm2(picture, ceil(picture.width / window.cell[0]))}\n"
            case "sixel":
                return f"{as_sixel(picture)}\n"
            case "blocks":
                return as_blocks(picture, true_colour=self.true_colour)
            case _:
                assert_never(protocol)
