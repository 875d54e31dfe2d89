"""Pictures made for tests, as files in memory."""

import base64
import io
import struct
import zlib
from typing import Any

from PIL import Image as Pillow

from interpreter.core.messages import Image

KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}


def data_of(picture: Pillow.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def halves(size: tuple[int, int], mode: str = "RGB", left: Any = "red", right: Any = "blue") -> Pillow.Image:
    """A picture of two colours, side by side."""
    picture = Pillow.new(mode, size, right)
    picture.paste(left, (0, 0, size[0] // 2, size[1]))
    return picture


def image(data: bytes, mime: str = "image/png") -> Image:
    return Image(mime, base64.b64encode(data).decode())


def picture(size: tuple[int, int] = (40, 30), kind: str = "PNG", **options: Any) -> Image:
    return image(data_of(halves(size), kind, **options), KINDS[kind])


def opened(made: Image) -> Pillow.Image:
    return Pillow.open(io.BytesIO(base64.b64decode(made.data)))


def bomb(width: int, height: int) -> bytes:
    """A PNG of some bytes that claims to hold so many pixels, and does."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(bytes(width // 8 + 1) * min(height, 1000), 9)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def noise(size: tuple[int, int], mode: str = "RGB") -> Pillow.Image:
    """What no encoder makes small."""
    return Pillow.merge(mode, [Pillow.effect_noise(size, 200) for _ in mode])
