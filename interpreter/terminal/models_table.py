"""A list of models as a table: a row each, within the terminal."""

from collections.abc import Callable, Sequence

from interpreter.choosing.listing import Listing
from interpreter.choosing.offer import Offer
from interpreter.core.visible import visible

_OTHERS = 2 + 2 + 7 + 2 + 6 + 2 + 6 + 2
"""Columns that a row needs besides the name and the place: the mark, context, prices, and the gaps."""

_SHORTEST_NAME = 20

HEADS = ("NAME", "CONTEXT", "IN", "OUT", "WHERE")


def table(offers: Sequence[Offer], is_marked: Callable[[Offer], bool], width: int) -> str:
    """The rows, a star before those that are marked; `width` in columns, 0 for as wide as they are.

    Prices are dollars a million tokens. A name too long for its column loses its middle.
    """
    rows = [_cells(offer) for offer in offers]
    place = max((len(row[4]) for row in rows), default=0)
    longest = max((len(row[0]) for row in rows), default=0)
    room = min(longest, max(_SHORTEST_NAME, width - _OTHERS - place)) if width else longest
    marks = ["  ", *("* " if is_marked(offer) else "  " for offer in offers)]
    lines = (mark + _line(row, max(room, len(HEADS[0]))) for mark, row in zip(marks, (HEADS, *rows), strict=True))
    return "\n".join(line.rstrip() for line in lines)


def footer(listed: Listing) -> str:
    """Which one would be taken, and why; how many are not shown."""
    lines = []
    if listed.next is not None:
        lines.append(visible(f"* A chat begins with {_short(listed.next.name)}: {listed.next.why}."))
        if listed.once is not None and listed.once.name != listed.next.name:
            lines.append(visible(f"  A single instruction takes {_short(listed.once.name)}: {listed.once.why}."))
    if listed.left_out:
        lines.append(f"  IN and OUT are dollars a million tokens. {listed.left_out:,} more models: --all")
    elif listed.offers:
        lines.append("  IN and OUT are dollars a million tokens.")
    return "\n".join(lines)


def _line(row: Sequence[str], room: int) -> str:
    name, context, input_price, output_price, place = row
    return f"{_cropped(name, room):<{room}}  {context:>7}  {input_price:>6}  {output_price:>6}  {place}"


def _cells(offer: Offer) -> tuple[str, str, str, str, str]:
    return (
        visible(offer.name),
        _tokens(offer.context),
        _price(offer.input_price),
        _price(offer.output_price),
        visible(_place(offer)),
    )


def _place(offer: Offer) -> str:
    if offer.kind == "file" and offer.size:
        return f"{offer.where}, {offer.size / 1e9:.1f} GB"
    if not offer.is_usable:
        return f"set {offer.where}"
    return f"{offer.where}, loaded" if offer.is_loaded else offer.where


def _tokens(count: int | None) -> str:
    """A context in the way people say it: 128k, 1M; trained ones are powers of two, providers' are round."""
    if count is None:
        return "?"
    if count >= 1_000_000:
        return f"{count / 1_000_000:.0f}M"
    return f"{count / 1024:.0f}k" if count % 1024 == 0 else f"{count / 1000:.0f}k"


def _price(price: float | None) -> str:
    if price is None:
        return "?"
    return "free" if price == 0 else f"{price:.2f}"


def _cropped(name: str, room: int) -> str:
    if len(name) <= room:
        return name
    head = (room - 1) // 3
    return f"{name[:head]}…{name[len(name) - (room - 1 - head) :]}"


def _short(name: str) -> str:
    """A path without its folders."""
    return name.rpartition("/")[2] if name.lower().endswith(".gguf") else name
