"""Starts the bash kernel: python startup.py BASH -f CONNECTION."""

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
    # Run by its path: make the folder above a package, so that relative imports work.
    __package__ = f"{HERE.parent.name}.{HERE.name}"
    sys.path.insert(0, str(HERE.parent.parent))
    __import__(__package__)
    del sys.path[0]

OURS = ("IPYTHONDIR", "JPY_PARENT_PID")
PLAIN = {"TERM": "dumb", "NO_COLOR": "1", "PAGER": "cat", "GIT_PAGER": "cat"}


def main(bash: str, arguments: list[str]) -> None:
    """Start the kernel; comes back when it ends."""
    environment = {**{name: value for name, value in os.environ.items() if name not in OURS}, **PLAIN}
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    from ..application import Patient
    from ..startup import die_with_parent
    from .kernel import ShellKernel

    die_with_parent()
    ShellKernel.environment, ShellKernel.bash = environment, bash
    app: Any = Patient.instance(kernel_class=ShellKernel, outstream_class="", displayhook_class="")
    app.initialize(arguments)
    app.start()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
