"""Pictures of half blocks: two pixels a character, on every terminal that has colours."""

from collections.abc import Iterator
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

Colour: TypeAlias = tuple[int, int, int]

HALF = "▀"
_STEPS = (0, 95, 135, 175, 215, 255)
"""The values of red, green and blue in the cube of the 256 colours; its greys stand between them, ten apart."""


def as_blocks(picture: "Pixels", *, true_colour: bool) -> str:
    """Lines of characters, each ended; a last row without a second stands on the terminal's own ground."""
    data, width = picture.convert("RGB").tobytes(), picture.width
    rows = [[_at(data, y * width + x) for x in range(width)] for y in range(picture.height)]
    lines = []
    for upper, lower in zip_longest(rows[::2], rows[1::2]):
        pairs = zip_longest(upper, lower or [])
        lines.append(f"{''.join(_runs(pairs, true_colour))}\x1b[0m\n")
    return "".join(lines)


def _at(data: bytes, pixel: int) -> Colour:
    return data[3 * pixel], data[3 * pixel + 1], data[3 * pixel + 2]


def _runs(pairs: Iterator[tuple[Colour, Colour | None]], true_colour: bool) -> Iterator[str]:
    """Neighbours of the same colours share one sequence."""
    name = _true if true_colour else _nearest
    for (upper, lower), run in groupby(pairs):
        ground = f";48;{name(lower)}" if lower else ""
        yield f"\x1b[38;{name(upper)}{ground}m{HALF * len(list(run))}"


def _true(colour: Colour) -> str:
    return "2;{};{};{}".format(*colour)


def _nearest(colour: Colour) -> str:
    """The nearest of the 256 colours: of the cube, or a grey."""
    cube = [min(range(6), key=lambda i: abs(_STEPS[i] - value)) for value in colour]
    grey = min(23, max(0, round((sum(colour) / 3 - 8) / 10)))
    of_cube = 16 + 36 * cube[0] + 6 * cube[1] + cube[2]
    if _distance(colour, (8 + 10 * grey,) * 3) < _distance(colour, [_STEPS[i] for i in cube]):
        return f"5;{232 + grey}"
    return f"5;{of_cube}"


def _distance(one: Colour, other: "tuple[int, ...] | list[int]") -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
