"""Text into the clipboard of whoever sits at the terminal."""

import base64
import shutil
import subprocess
from collections.abc import Callable, Mapping

LONGEST = 100_000
"""Bytes of an OSC 52 sequence's text; terminals drop what is much longer."""
SECONDS = 5.0

COPIED = "Copied."
SENT = "Copied, if your terminal allows it."
TOO_LONG = "Not copied: it is too long for the terminal. e opens it in your editor."
NOT_HERE = "Not copied: this terminal has no clipboard."

_PROGRAMS = (
    ("pbcopy", "", ()),
    ("wl-copy", "WAYLAND_DISPLAY", ()),
    ("xclip", "DISPLAY", ("-selection", "clipboard")),
)
"""Each with the variable of the environment without which it has no clipboard, and its arguments."""


def copy(text: str, write: Callable[[str], None], environ: Mapping[str, str]) -> str:
    """Copy exactly this text, by the terminal (OSC 52) and by a program where there is one; returns what to say."""
    data = text.encode("utf-8", "surrogatepass")
    coded = base64.b64encode(data).decode()
    is_dumb = environ.get("TERM", "dumb") == "dumb"
    if not is_dumb and len(coded) <= LONGEST:
        write(f"\x1b]52;c;{coded}\x07")
    if _by_program(data, environ):
        return COPIED
    return NOT_HERE if is_dumb else SENT if len(coded) <= LONGEST else TOO_LONG


def _by_program(data: bytes, environ: Mapping[str, str]) -> bool:
    for name, needed, arguments in _PROGRAMS:
        path = shutil.which(name, path=environ.get("PATH"))
        if path is None or (needed and not environ.get(needed)):
            continue
        nowhere = subprocess.DEVNULL
        try:
            done = subprocess.run(
                [path, *arguments], input=data, env=environ, stdout=nowhere, stderr=nowhere, timeout=SECONDS
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return True
    return False
