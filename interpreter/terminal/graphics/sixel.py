"""Sixels: pictures as columns of six pixels a character, of DEC's terminals and many of today's."""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

COLOURS = 128
"""Of a picture: enough for plots and screenshots, and few enough that a picture takes well below a second."""
HEIGHT = 6
"""Pixels in a column, the topmost in the lowest bit."""

_RUN = re.compile(rb"(.)\1{3,}")
_CHARACTERS = bytes(min(63 + i, 255) for i in range(256))


def as_sixel(picture: "Pixels") -> str:
    """The picture where the cursor is, one pixel of it one of the terminal's."""
    few = picture.convert("RGB").quantize(COLOURS)
    width, height, indexes = few.width, few.height, few.tobytes()
    palette = few.getpalette() or []
    bands = []
    for top in range(0, height, HEIGHT):
        rows = [indexes[y * width : (y + 1) * width] for y in range(top, min(top + HEIGHT, height))]
        bands.append("$".join(_columns(rows, colour, width) for colour in sorted(set().union(*rows))))
    registers = "".join(_registers(palette, set(indexes)))
    return f'\x1bP0;1q"1;1;{width};{height}{registers}{"-".join(bands)}\x1b\\'


def _registers(palette: list[int], used: set[int]) -> Iterator[str]:
    for colour in sorted(used):
        red, green, blue = (round(value * 100 / 255) for value in palette[3 * colour : 3 * colour + 3])
        yield f"#{colour};2;{red};{green};{blue}"


def _columns(rows: list[bytes], colour: int, width: int) -> str:
    """Where a colour is in a band: all columns of a row at once, as one large number."""
    bits = 0
    for i, row in enumerate(rows):
        bits |= int.from_bytes(row.translate(_bit_of(colour, i)), "big")
    columns = bits.to_bytes(width, "big").rstrip(b"\0").translate(_CHARACTERS)
    return f"#{colour}" + _RUN.sub(lambda run: b"!%d%c" % (len(run[0]), run[1][0]), columns).decode("ascii")


@cache
def _bit_of(colour: int, row: int) -> bytes:
    """What makes of each index its bit in a column: 0 where it is another colour."""
    table = bytearray(256)
    table[colour] = 1 << row
    return bytes(table)
