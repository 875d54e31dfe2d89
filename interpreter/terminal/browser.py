"""A page in the user's browser, at the user's word: there its scripts run, and can reach the network."""

import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path


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
