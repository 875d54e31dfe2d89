"""A picture made into one that every provider takes."""

import base64
from typing import TYPE_CHECKING

from interpreter.core.messages import Image
from interpreter.pictures.decoding import FORMATS, bytes_of, encoded, opened, pixels, turned

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

LONGEST_SIDE = 1568
"""Pixels. Anthropic makes larger ones smaller by itself (docs.anthropic.com, “Vision”), refuses any side above 2,000 in
a request with many pictures, and bills by pixels; OpenAI and Gemini cut pictures into tiles of 512 and 768."""
LONGEST_DATA = 5 * 1024 * 1024
"""Characters of base64: Anthropic's limit, the smallest of the large providers' (“image exceeds 5 MB maximum”)."""
_ROOM = (LONGEST_SIDE, LONGEST_SIDE)


def fitted(image: Image) -> Image:
    """The same picture, upright, no larger than providers take, and of the type that it says; itself where it is so.

    Of an animation the first frame is left. Raises NoPicture for what is none.
    """
    with opened(bytes_of(image.data)) as picture:
        kind = picture.format or ""
        if _may_stay(picture, image):
            picture.load()
            return image if image.mime == FORMATS[kind] else Image(FORMATS[kind], image.data)
        return _smaller(pixels(picture, _ROOM), is_photograph=kind in ("JPEG", "WEBP"))


def _may_stay(picture: "Pixels", image: Image) -> bool:
    is_small = max(picture.size) <= LONGEST_SIDE and len(image.data) <= LONGEST_DATA
    is_still = picture.format != "GIF" and not getattr(picture, "is_animated", False)
    return is_small and is_still and turned(picture) == 1


def _smaller(picture: "Pixels", *, is_photograph: bool) -> Image:
    """As PNG where that keeps every pixel in the room there is, else as JPEG."""
    tries = [("JPEG", 90), ("JPEG", 70)]
    if not is_photograph or picture.mode == "RGBA":
        tries.insert(0, ("PNG", 0))
    for kind, quality in tries:
        data = base64.b64encode(encoded(picture, kind, quality)).decode()
        if len(data) <= LONGEST_DATA:
            break
    return Image(FORMATS[kind], data)
