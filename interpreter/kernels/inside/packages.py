"""`%pip` where the environment has no pip, as in those that uv makes."""

from __future__ import annotations

import importlib
import importlib.util
import shlex
import shutil
import sys
from typing import Any


def let_pip_be_uv(shell: Any) -> None:
    """From now on, `%pip` does with uv what it could not do for want of pip."""
    by_pip = shell.find_line_magic("pip")

    def pip(line: str) -> None:
        uv = None if importlib.util.find_spec("pip") else shutil.which("uv")
        if uv is None:
            by_pip(line)
            return
        action, _, words = line.strip().partition(" ")
        shell.system(f"{shlex.quote(uv)} pip {action} --python {shlex.quote(sys.executable)} {words}")
        importlib.invalidate_caches()

    shell.register_magic_function(pip, "line", "pip")
