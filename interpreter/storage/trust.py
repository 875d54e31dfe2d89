"""The folders whose files may run or configure us, because the user said so."""

import json
import os
from pathlib import Path

from interpreter.storage.paths import write_private

START_UP_FILES = (".Rprofile", ".Renviron", "deno.json", "deno.jsonc", "package.json")


class Trust:
    """Remembers, by resolved path, which folders the user trusts and which not; nothing is read from any but the first.

    `file` is a JSON object of paths and truth values. A file that cannot be understood trusts nothing.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def answer(self, folder: Path) -> bool | None:
        """What the user said of the folder, or of the nearest one above it; None when not asked yet."""
        resolved = folder.resolve()
        answers = self._answers()
        return next((answers[str(each)] for each in (resolved, *resolved.parents) if str(each) in answers), None)

    def remember(self, folder: Path, *, trusted: bool) -> None:
        """Keep the answer from now on; raises StorageFailed."""
        answers = self._answers() | {str(folder.resolve()): trusted}
        write_private(self._file, json.dumps(answers, indent=1, sort_keys=True))

    def _answers(self) -> dict[str, bool]:
        try:
            answers = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return {k: v for k, v in answers.items() if isinstance(v, bool)} if isinstance(answers, dict) else {}


def has_modules(folder: Path) -> bool:
    """Whether code in the folder could be imported."""
    try:
        return any(entry.suffix == ".py" or (entry / "__init__.py").is_file() for entry in folder.iterdir())
    except OSError:
        return False


def has_start_up_files(folder: Path) -> bool:
    """Whether there is what R or Deno obeys when it starts in the folder; nobody looks into it."""
    return any(os.path.lexists(folder / name) for name in START_UP_FILES)


def has_environment(folder: Path) -> bool:
    """Whether there is a `.venv` in the folder; into it nobody looks before the folder is trusted."""
    return os.path.isdir(folder / ".venv")  # noqa: PTH112 - it may be unreadable
