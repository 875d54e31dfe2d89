"""A session's pictures, as files named by their content."""

import base64
import binascii
import hashlib
import os
import re
from pathlib import Path

from interpreter.core.messages import Image
from interpreter.storage.paths import private_folder

_NAME = re.compile(r"[0-9a-f]{32}\.[a-z0-9]{1,8}")
_NO_PICTURE = "none"
"""The name of data that is no base64: there is nothing to keep."""


class PictureFiles:
    """Below `folder`, which is made for the first picture; equal pictures are kept once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, image: Image) -> str:
        """Keep it and return its name; raises OSError or StorageFailed."""
        if (name := name_of(image)) == _NO_PICTURE:
            return name
        path = private_folder(self._folder) / name
        if not path.exists():
            data = base64.b64decode(image.data)
            draft = path.with_name(f".{name}.{os.getpid()}")
            try:
                with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                    file.write(data)
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
        return name

    def fetch(self, mime: str, name: str) -> Image:
        """The picture again, empty where its file is gone; a name that is none of ours reads nothing."""
        if not _NAME.fullmatch(name):
            return Image(mime, "")
        try:
            return Image(mime, base64.b64encode((self._folder / name).read_bytes()).decode())
        except OSError:
            return Image(mime, "")


def name_of(image: Image) -> str:
    """The name of a picture by its content."""
    try:
        data = base64.b64decode(image.data)
    except binascii.Error:
        return _NO_PICTURE
    ending = re.sub(r"[^a-z0-9]", "", image.mime.rpartition("/")[2].lower())[:8] or "bin"
    return f"{hashlib.sha256(data).hexdigest()[:32]}.{ending}"
