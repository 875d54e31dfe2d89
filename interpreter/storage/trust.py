"""The folders whose files may run or configure us, because the user said so."""

import json
from pathlib import Path

from interpreter.storage.paths import write_private


class Trust:
    """Remembers trusted folders by their resolved paths; nothing is read from any other.

    `file` is a JSON list of paths. A file that cannot be understood trusts nothing and is kept.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def holds(self, folder: Path) -> bool:
        """Whether the user has trusted the folder, or one above it."""
        resolved = folder.resolve()
        return any(resolved == trusted or trusted in resolved.parents for trusted in self._folders())

    def remember(self, folder: Path) -> None:
        """Trust the folder from now on; raises StorageFailed."""
        folders = sorted({*map(str, self._folders()), str(folder.resolve())})
        write_private(self._file, json.dumps(folders, indent=1, ensure_ascii=False))

    def _folders(self) -> list[Path]:
        try:
            folders = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return [Path(folder) for folder in folders if isinstance(folder, str)] if isinstance(folders, list) else []


def has_modules(folder: Path) -> bool:
    """Whether code in the folder could be imported: only then is there something to trust."""
    try:
        return any(entry.suffix == ".py" or (entry / "__init__.py").is_file() for entry in folder.iterdir())
    except OSError:
        return False
