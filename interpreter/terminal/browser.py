"""A page in the user's browser, where there is a desktop to show it on."""

import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def has_desktop(environ: Mapping[str, str]) -> bool:
    """Whether a window could be opened."""
    if sys.platform == "darwin":
        return "SSH_CONNECTION" not in environ
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def open_page(path: Path) -> None:
    """Open a file in the browser, beside us: a browser that waits, prints or fails is not noticed here."""
    threading.Thread(target=_open, args=(path,), name="open-page", daemon=True).start()


def _open(path: Path) -> None:
    nowhere = subprocess.DEVNULL
    # Isolated, and in the page's folder: nothing of the working folder takes part.
    argv = [sys.executable, "-I", "-m", "webbrowser", path.as_uri()]
    with suppress(OSError):
        subprocess.Popen(
            argv, cwd=path.parent, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True
        ).wait()
