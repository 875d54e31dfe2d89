"""How many chats there have been, counted only until the first few are over."""

from interpreter.core.errors import StorageFailed
from interpreter.storage.paths import Paths, write_private


def count_session(paths: Paths, most: int) -> int | None:
    """Which of the first `most` chats this is, from 0; None for a later one, or where it cannot be read or counted."""
    file = paths.data / "first_sessions"
    try:
        number = int(file.read_text(encoding="ascii")) if file.exists() else 0
        if not 0 <= number < most:
            return None
        write_private(file, f"{number + 1}\n")
    except (OSError, ValueError, StorageFailed):
        return None
    return number
