"""Pictures that the code displayed, as files that a person can open."""

import base64
import binascii
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from interpreter.core.errors import StorageFailed
from interpreter.core.messages import Image
from interpreter.storage.paths import private_folder

PictureLine: TypeAlias = Callable[[Image], str]
"""What is shown in a picture's place."""


def not_kept(image: Image) -> str:
    """The line for a session that keeps nothing."""
    return f"[picture, not kept: {image.mime}]"


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
        ending = image.mime.rpartition("/")[2]
        path = private_folder(self._folder) / f"{hashlib.sha256(data).hexdigest()[:12]}.{ending}"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_bytes(data)
        return path
