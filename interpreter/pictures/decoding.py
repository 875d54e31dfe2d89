"""Bytes of a picture made into pixels, whatever those bytes are: bounded in size, upright, the first frame only."""

import base64
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
"""What is decoded, by Pillow's names: those that providers take. Other decoders of Pillow are never asked."""
MOST_PIXELS = 50_000_000
"""Pixels that are decoded, 150 MB of memory: a few kilobytes can claim to hold billions. Of a JPEG, after its draft."""
TOO_MANY = "it holds too many pixels"
_ORIENTATION = 0x0112
"""The EXIF tag that says which side is up; 1 is the top."""


class NoPicture(Exception):
    """These bytes cannot be made into pixels; the message says why, in a few words."""


@contextmanager
def opened(data: bytes) -> "Iterator[Pixels]":
    """The picture, its header read and no more; raises NoPicture, also for what goes wrong while it is in use."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            # Pillow warns of a size that we look at ourselves.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=tuple(FORMATS)) as picture:
                yield picture
    except NoPicture:
        raise
    except Image.DecompressionBombError as error:
        raise NoPicture(TOO_MANY) from error
    except Exception as error:  # decoders raise whatever foreign bytes lead them to
        raise NoPicture("not a picture that can be read, or a damaged one") from error


def pixels(picture: "Pixels", room: tuple[int, int]) -> "Pixels":
    """The first frame, upright, with 8 bits a colour (RGB or RGBA), made smaller where it is larger than `room`.

    Raises NoPicture where it has too many pixels.
    """
    from PIL import ImageOps

    if turned(picture) > 4:
        room = room[1], room[0]
    scale = min(1.0, room[0] / picture.width, room[1] / picture.height)
    if scale < 1:
        # Of a large photograph the decoder gives a half, a quarter or an eighth at once.
        picture.draft(None, (round(picture.width * scale), round(picture.height * scale)))
    if picture.width * picture.height > MOST_PIXELS:
        raise NoPicture(TOO_MANY)
    drawn = _in_8_bits(picture)
    drawn.thumbnail((max(1, room[0]), max(1, room[1])))
    return ImageOps.exif_transpose(drawn)


def turned(picture: "Pixels") -> int:
    """The EXIF orientation: 1 is upright, above 4 width and height change places."""
    return int(picture.getexif().get(_ORIENTATION, 1))


def on_white(picture: "Pixels") -> "Pixels":
    """Without transparency: plots are made to be read on white, whatever the terminal's colour."""
    if picture.mode != "RGBA":
        return picture
    from PIL import Image

    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def encoded(picture: "Pixels", kind: str, quality: int = 90) -> bytes:
    """The picture as a file: `PNG`, or `JPEG` of a quality from 1 to 95; nothing but its pixels goes into it."""
    out = io.BytesIO()
    bare = picture.copy()
    bare.info = {}
    if kind == "JPEG":
        on_white(bare).save(out, kind, quality=quality)
    else:
        bare.save(out, kind)
    return out.getvalue()


def bytes_of(data: str) -> bytes:
    """The bytes behind base64; raises NoPicture."""
    try:
        return base64.b64decode(data)
    except ValueError as error:
        raise NoPicture("not base64") from error


def _in_8_bits(picture: "Pixels") -> "Pixels":
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    is_transparent = picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info
    return picture.convert("RGBA" if is_transparent else "RGB")
