"""The one question about a folder: may its files be used?"""

from pathlib import Path

from interpreter.console.tty import Tty
from interpreter.core.visible import visible
from interpreter.storage.trust import Trust, has_modules


def ask_for_trust(trust: Trust, folder: Path, tty: Tty) -> None:
    """Ask once a folder, and only where there is something to trust; the answer is remembered."""
    if trust.answer(folder) is not None or not has_modules(folder):
        return
    tty.write(f"There is Python code in {visible(str(folder))}. Code that runs here can import it if you trust it.\n")
    key = tty.key("Trust the files in this folder? [y]es / [n]o ", lambda: False)
    trusted = key in ("y", "Y")
    tty.write("yes\n" if trusted else "no\n")
    trust.remember(folder, trusted=trusted)
