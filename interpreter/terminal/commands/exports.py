"""Commands that write the session into a file: as a notebook, as Markdown."""

import base64
import json
import os
import platform
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from interpreter.core.errors import WrongUsage
from interpreter.core.messages import Image, Message
from interpreter.core.visible import visible
from interpreter.kernels.environments import Python
from interpreter.storage.new_file import new_file
from interpreter.storage.exports.notebook import as_notebook
from interpreter.storage.exports.transcript import as_markdown
from interpreter.terminal.commands.command import Command

if TYPE_CHECKING:
    from interpreter.terminal.front import Front

NAME = "session"


def write_notebook(front: "Front", words: list[str]) -> str:
    """Write the session as a notebook."""
    where = front.assembled.where
    python = where.version if isinstance(where, Python) else platform.python_version()

    def text(messages: Sequence[Message], path: Path) -> str:
        return json.dumps(as_notebook(messages, python), indent=1, ensure_ascii=False) + "\n"

    return _write(front, words, ".ipynb", text)


def write_markdown(front: "Front", words: list[str]) -> str:
    """Write the session as Markdown, with its pictures in a folder beside."""
    return _write(front, words, ".md", lambda messages, path: as_markdown(messages, _keeps_pictures(path)))


def _write(front: "Front", words: list[str], ending: str, text: Callable[[Sequence[Message], Path], str]) -> str:
    messages = front.assembled.agent.conversation.messages
    if not messages:
        raise WrongUsage("There is nothing to write yet.", "Ask for something first.")
    with new_file(_path(" ".join(words), front.assembled.folder, ending)) as path:
        redacted = front.assembled.agent.redact(text(messages, path))
        path.write_bytes(redacted.encode("utf-8", "replace"))
    return visible(f"Written: {path}")


def _path(said: str, folder: Path, ending: str) -> Path:
    """The file that the user means, by a name, a path or a folder; a name without an ending gets the right one."""
    if len(said) > 1 and said[0] == said[-1] and said[0] in "\"'":
        said = said[1:-1]
    try:
        path = folder / Path(said or ".").expanduser()
    except RuntimeError as error:
        raise WrongUsage(f"{said} names nobody's home.", "Name a file, such as notes/today.") from error
    if os.path.isdir(path):  # noqa: PTH112 - it may be no name at all
        path /= NAME
    return path if path.suffix else path.with_name(f"{path.name}{ending}")


def _keeps_pictures(text: Path) -> Callable[[Image], str]:
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


COMMANDS = (
    Command("jupyter", "[PATH]", "write the session as a notebook (session.ipynb)", write_notebook),
    Command("markdown", "[PATH]", "write the session as Markdown (session.md)", write_markdown),
)
