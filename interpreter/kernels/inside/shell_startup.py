"""Starts the bash kernel: python shell_startup.py BASH -f CONNECTION."""

# ipykernel's functions carry no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:] = [path for path in sys.path if path and Path(path).resolve() != HERE]
if not __package__:
    # Run by its path: make its folder a package, so that relative imports work and nothing of the user's is hidden.
    __package__ = HERE.name
    sys.path.insert(0, str(HERE.parent))
    __import__(__package__)
    del sys.path[0]

OURS = ("IPYTHONDIR", "JPY_PARENT_PID")
PLAIN = {"TERM": "dumb", "NO_COLOR": "1", "PAGER": "cat", "GIT_PAGER": "cat"}


def main(bash: str, arguments: list[str]) -> None:
    """Start the kernel; comes back when it ends."""
    environment = {**{name: value for name, value in os.environ.items() if name not in OURS}, **PLAIN}
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    from .shell.kernel import ShellKernel
    from .shell_application import ShellApplication
    from .startup import die_with_parent

    die_with_parent()
    ShellKernel.environment, ShellKernel.bash = environment, bash
    app: Any = ShellApplication.instance(kernel_class=ShellKernel)
    app.initialize(arguments)
    app.start()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
