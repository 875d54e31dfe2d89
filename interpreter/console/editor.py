"""A block of code in the user's own editor."""

import os
import shlex
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from interpreter.console.in_place import can_edit, edit_in_place
from interpreter.console.program import run
from interpreter.core.errors import WrongUsage
from interpreter.core.messages import CodeBlock

_ENDINGS = {"python": ".py", "bash": ".sh", "javascript": ".js", "typescript": ".ts", "r": ".R", "java": ".java"}


def edit(block: CodeBlock, environ: Mapping[str, str], terminal: int | None = None) -> CodeBlock:
    """The block as the user left it in $VISUAL or $EDITOR, else in place; raises WrongUsage when neither works.

    It is edited at the descriptor `terminal`, since stdin or stdout may be a pipe; without one, where we run.
    """
    if terminal is not None and not _named(environ) and can_edit(environ):
        return edit_in_place(block, terminal)
    with tempfile.TemporaryDirectory(prefix="interpreter-") as folder:
        file = Path(folder) / f"block{_ENDINGS.get(block.language, '.txt')}"
        try:
            file.write_text(block.code + "\n", encoding="utf-8", newline="")
            if status := run([*_editor(environ), os.fspath(file)], environ, terminal):
                raise ValueError(f"it ended with {status}")
            code = file.read_bytes().decode("utf-8")
        except (OSError, ValueError) as error:
            raise WrongUsage(f"The editor failed: {error}", "Set EDITOR to one that works, such as nano.") from error
    return replace(block, code=code.removesuffix("\n"))


def edit_file(file: Path, environ: Mapping[str, str], terminal: int | None = None) -> None:
    """A file in the user's editor, at the descriptor `terminal` or where we run; raises WrongUsage when none works."""
    try:
        if status := run([*_editor(environ), os.fspath(file)], environ, terminal):
            raise ValueError(f"it ended with {status}")
    except (OSError, ValueError) as error:
        raise WrongUsage(f"The editor failed: {error}", "Set EDITOR to one that works, such as nano.") from error


def _named(environ: Mapping[str, str]) -> str:
    return environ.get("VISUAL") or environ.get("EDITOR") or ""


def _editor(environ: Mapping[str, str]) -> list[str]:
    if named := _named(environ):
        return shlex.split(named)
    found = next((path for name in ("nano", "vim", "vi") if (path := shutil.which(name))), None)
    if found is None:
        raise WrongUsage("No editor was found.", "Set EDITOR to the one you use.")
    return [found]
