"""Picture files, and those that an instruction names."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

from interpreter.core.errors import WrongUsage
from interpreter.core.messages import Image
from interpreter.pictures.decoding import NoPicture
from interpreter.pictures.fitting import fitted

LARGEST_FILE = 100_000_000
"""Bytes: more is no photograph."""
MOST = 8
"""Pictures that an instruction's words bring in; each costs some 1,500 tokens."""
ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp")

_QUOTED = re.compile(r"\"([^\"\n]+)\"|'([^'\n]+)'|`([^`\n]+)`")
_WORD = re.compile(r"(\S+)")
_BEFORE = "\"'`([{<"
_BEHIND = "\"'`)]}>,;:!?."


def read_image(path: Path) -> Image:
    """A picture file as the model takes it: upright, its longest side at most 1,568 pixels.

    Raises WrongUsage when there is none, or it is no PNG, JPEG, GIF or WebP picture.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise WrongUsage(f"{path} is too large for a picture.", "Make it smaller, or leave it out.")
        data = path.read_bytes()
    except OSError as error:
        raise WrongUsage(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    except ValueError as error:
        raise WrongUsage(f"{path} is not a path: {error}.", "Check it.") from error
    try:
        return fitted(Image("", base64.b64encode(data).decode()))
    except NoPicture as error:
        raise WrongUsage(
            f"{path} is not a PNG, JPEG, GIF or WebP picture: {error}.", "Convert it, or leave it out."
        ) from error


def named_pictures(text: str, folder: Path) -> tuple[Path, ...]:
    """The picture files that a text names: by their ending, and there, seen from `folder`; each once, in order."""
    return tuple(dict.fromkeys(_existing(text, folder)))[:MOST]


def _existing(text: str, folder: Path) -> Iterator[Path]:
    # An apostrophe is no quote: words are looked at as well, within quotes and without.
    found = sorted([*_QUOTED.finditer(text), *_WORD.finditer(text)], key=lambda match: match.start())
    for match in found:
        name = match[match.lastindex or 0].lstrip(_BEFORE).rstrip(_BEHIND)
        if name.lower().endswith(ENDINGS) and (path := _file(folder, name)):
            yield path


def _file(folder: Path, name: str) -> Path | None:
    try:
        path = folder / Path(name).expanduser()
        return path if path.is_file() else None
    except (OSError, ValueError, RuntimeError):
        return None
