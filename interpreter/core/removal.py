"""A folder removed, whatever code has put into it."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

PATIENCE = 60.0
"""Seconds for each of the two programs."""


def remove_tree(folder: Path) -> None:
    """Remove a folder that nobody uses any more; what cannot be removed stays.

    Code can make a tree that is deeper than a recursion may go, or whose folders deny their own user.
    """
    with suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
        if os.path.lexists(folder):
            with suppress(OSError, subprocess.TimeoutExpired):
                subprocess.run([*command, "--", str(folder)], capture_output=True, timeout=PATIENCE)
