"""Pictures that the code displayed: kept as files that a person can open, and shown where they come."""

import base64
import binascii
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from interpreter.core.errors import StorageFailed
from interpreter.core.messages import Display, Execution, Image
from interpreter.pictures.decoding import NoPicture
from interpreter.storage.paths import private_folder

PictureLine: TypeAlias = Callable[[Image], str]
"""What is said of a picture: where it is kept."""
Draw: TypeAlias = Callable[[Image], str]
"""What shows a picture on this terminal, ended like a line; empty where nothing does. Raises NoPicture."""

MOST_DRAWN = 20
"""Pictures of one block that are drawn; of the others only the path is shown."""
_RASTER = ("image/png", "image/jpeg", "image/webp", "image/gif")
_SVG = "image/svg+xml"


def not_kept(image: Image) -> str:
    """The line for a session that keeps nothing."""
    return f"[picture, not kept: {image.mime}]"


def not_drawn(image: Image) -> str:
    """For a terminal that shows no pictures."""
    return ""


class Pictures:
    """Saves pictures below `folder`, named by their content, so that the same one is kept once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def line(self, image: Image) -> str:
        """What is shown in a picture's place: where it was saved, or why it could not be."""
        try:
            return f"[picture: {self._save(image)}]"
        except (OSError, StorageFailed, binascii.Error) as error:
            return f"[picture, not saved: {error}]"

    def _save(self, image: Image) -> Path:
        data = base64.b64decode(image.data)
        ending = image.mime.rpartition("/")[2].partition("+")[0]
        path = private_folder(self._folder) / f"{hashlib.sha256(data).hexdigest()[:12]}.{ending}"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_bytes(data)
        return path


class ShownPictures:
    """What is drawn of one block's pictures, and when: each where it comes, one that changes once it is settled."""

    def __init__(self, line: PictureLine, draw: Draw) -> None:
        self._line = line
        self._draw = draw
        self._shown: set[Image] = set()

    def at_once(self, image: Image, *, changes: bool) -> tuple[str, str]:
        """What shows a picture that came now, and the line below it; nothing while it `changes`."""
        return ("", "") if changes else self._show(image)

    def at_end(self, execution: Execution) -> list[tuple[str, str]]:
        """The same for those that have not been shown, once the block is over."""
        images = [picture_of(output) for output in execution.outputs if isinstance(output, Display)]
        left = [self._show(image) for image in images if image is not None and image not in self._shown]
        self._shown = set()
        return left

    def _show(self, image: Image) -> tuple[str, str]:
        is_drawn = len(self._shown) < MOST_DRAWN
        self._shown.add(image)
        line = self._line(image)
        try:
            return self._draw(image) if is_drawn else "", line
        except NoPicture as error:
            return "", f"{line} {error}"


def picture_of(display: Display) -> Image | None:
    """The picture of a display, in the form that can best be drawn."""
    for mime in _RASTER:
        if mime in display.data:
            return Image(mime, str(display.data[mime]))
    if _SVG in display.data:
        return Image(_SVG, base64.b64encode(str(display.data[_SVG]).encode("utf-8", "replace")).decode())
    return None
