"""What can be said of a picture to a model that cannot see it."""

from base64 import b64decode
from binascii import Error

from interpreter.core.messages import Image

_PNG = b"\x89PNG\r\n\x1a\n"
_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers of frames, the segments that carry height and width."""


def describe_picture(image: Image) -> str:
    """One line: type, pixels where the header tells them, kilobytes."""
    data = _bytes_of(image)
    size = pixel_size(data)
    pixels = f", {size[0]}x{size[1]} pixels" if size else ""
    return f"[picture: {image.mime}{pixels}, {max(1, round(len(data) / 1024))} KB]"


def pixel_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, JPEG or GIF, None where they cannot be read."""
    if data.startswith(_PNG) and len(data) >= 24:
        return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    if data.startswith((b"GIF87a", b"GIF89a")) and len(data) >= 10:
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        if data[at + 1] in _SIZE_MARKERS:
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return None


def _bytes_of(image: Image) -> bytes:
    try:
        return b64decode(image.data)
    except (Error, ValueError):
        return b""
