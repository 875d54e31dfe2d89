"""iTerm2's inline pictures (iterm2.com/documentation-images.html), which WezTerm, mintty and others show too."""

import base64
from typing import TYPE_CHECKING

from interpreter.pictures.decoding import encoded

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels


def as_iterm2(picture: "Pixels", columns: int) -> str:
    """The picture where the cursor is, over so many columns: a pixel of it may be several of the terminal's."""
    data = encoded(picture, "PNG")
    what = f"inline=1;size={len(data)};width={columns};preserveAspectRatio=1"
    return f"\x1b]1337;File={what}:{base64.b64encode(data).decode()}\x07"
