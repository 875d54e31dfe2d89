"""The model of the last chat, so that the next one begins with it."""

from interpreter.storage.paths import Paths, write_private


def last_model(paths: Paths) -> str | None:
    """Its name, None when there was none or it cannot be read."""
    try:
        return (paths.data / "last_model").read_text(encoding="utf-8").strip() or None
    except (OSError, ValueError):
        return None


def remember_model(paths: Paths, name: str) -> None:
    """Keep the name for the next chat; raises StorageFailed."""
    if last_model(paths) != name:
        write_private(paths.data / "last_model", f"{name}\n")
