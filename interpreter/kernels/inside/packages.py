"""`%pip` where the environment has no pip, as in those that uv makes."""

from __future__ import annotations

import importlib
import importlib.util
import os
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
        # As pip itself does: in a box there is a place for packages, since the environment cannot be changed.
        target = os.environ.get("PIP_TARGET", "") if action == "install" else ""
        where = f"--target {shlex.quote(target)}" if target else f"--python {shlex.quote(sys.executable)}"
        shell.system(f"{shlex.quote(uv)} pip {action} {where} {words}")
        importlib.invalidate_caches()

    shell.register_magic_function(pip, "line", "pip")
