"""The forms in which a conversation is written into a file, for the chat and for `interpreter sessions export`."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from interpreter.core.messages import Image
from interpreter.storage.exports.kept import Kept
from interpreter.storage.exports.notebook import as_notebook
from interpreter.storage.exports.page import Shows, as_page
from interpreter.storage.exports.script import as_script
from interpreter.storage.exports.transcript import as_markdown
from interpreter.storage.new_file import new_file

Keeps: TypeAlias = Callable[[Image], str]
"""Keeps a picture beside a text, and gives its place relative to it."""


@dataclass(frozen=True, slots=True)
class Format:
    """A form: the ending of its files, and what makes the text."""

    ending: str
    text: Callable[[Kept, Keeps, Shows], str]


def _notebook(kept: Kept, keeps: Keeps, shows: Shows) -> str:
    return _json(as_notebook(kept.messages, kept.python))


def _markdown(kept: Kept, keeps: Keeps, shows: Shows) -> str:
    return as_markdown(kept.messages, keeps)


def _page(kept: Kept, keeps: Keeps, shows: Shows) -> str:
    return as_page(kept.messages, kept.title, shows)


def _record(kept: Kept, keeps: Keeps, shows: Shows) -> str:
    return _json(kept.record)


def _script(kept: Kept, keeps: Keeps, shows: Shows) -> str:
    return as_script(kept.messages, kept.title)


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, default=str) + "\n"


FORMATS: Mapping[str, Format] = {
    "ipynb": Format(".ipynb", _notebook),
    "markdown": Format(".md", _markdown),
    "html": Format(".html", _page),
    "json": Format(".json", _record),
    "python": Format(".py", _script),
}
"""By the names that users give them."""


def write_export(kept: Kept, name: str, wanted: Path, redact: Callable[[str], str], shows: Shows) -> Path:
    """Write a conversation into a new file under this name or with the next free number; raises StorageFailed.

    `shows` gives a picture as a data URI once its bytes were decoded.
    """
    with new_file(wanted) as path:
        text = FORMATS[name].text(kept, keeps_pictures(path), shows)
        path.write_bytes(redact(text).encode("utf-8", "replace"))
    return path


def text_of(kept: Kept, name: str, shows: Shows) -> str:
    """The text alone; pictures that would lie beside it are named by what they are."""
    return FORMATS[name].text(kept, lambda image: f"{image.mime} (not written)", shows)


def keeps_pictures(text: Path) -> Keeps:
    """Keeps pictures in a folder named after the text, made for the first one."""
    folder = text.with_name(f"{text.stem}_files")

    def keep(image: Image) -> str:
        folder.mkdir(exist_ok=True, mode=0o700)
        with new_file(folder / f"picture.{image.mime.rpartition('/')[2]}") as path:
            path.write_bytes(_bytes_of(image))
        return f"{folder.name}/{path.name}"

    return keep


def _bytes_of(image: Image) -> bytes:
    try:
        return base64.b64decode(image.data)
    except ValueError:
        # What the code displayed is no picture: the text around it is worth keeping.
        return b""
