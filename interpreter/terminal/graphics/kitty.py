"""kitty's graphics protocol (sw.kovidgoyal.net/kitty/graphics-protocol), which Ghostty and WezTerm speak too."""

import base64
from typing import TYPE_CHECKING

from interpreter.pictures.decoding import encoded

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

CHUNK = 4096
"""Characters of base64 that one sequence may carry."""


def as_kitty(picture: "Pixels") -> str:
    """The picture where the cursor is, as PNG at its own size; the terminal is asked for no answer (`q=2`)."""
    data = base64.b64encode(encoded(picture, "PNG")).decode()
    chunks = [data[i : i + CHUNK] for i in range(0, len(data), CHUNK)]
    last = len(chunks) - 1
    return "".join(
        f"\x1b_G{'a=T,f=100,q=2,' if i == 0 else ''}m={int(i < last)};{chunk}\x1b\\" for i, chunk in enumerate(chunks)
    )
