"""The question about a chosen Python that lacks ipykernel: shall it be installed?"""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from interpreter.console.tty import Tty
from interpreter.core.visible import visible
from interpreter.kernels.environments import Python, in_words, install_command

NEEDED = ("ipykernel",)


def offers_ipykernel(python: Python, environ: Mapping[str, str], tty: Tty) -> bool:
    """Ask once, and run the one command if the answer is yes; whether it went well."""
    tty.write(visible(f"{python.home or python.path} ({python.why}) lacks ipykernel, which code needs to run in it.\n"))
    command = install_command(python, NEEDED, environ)
    if command is None:
        return False
    key = tty.key(f"Run {visible(in_words(python, NEEDED, environ))} now? [y]es / [n]o ", lambda: False)
    is_wanted = (key or "").strip().lower() == "y"
    tty.write("yes\n" if is_wanted else "no\n")
    return is_wanted and installs(command, environ, tty.fileno())


def installs(command: tuple[str, ...], environ: Mapping[str, str], out: int | None = None) -> bool:
    """Run an installer, its output shown as it comes (on the descriptor `out`, if given); whether it went well."""
    # Not in the working folder: `python -m pip` would run a pip.py that lies there.
    folder = Path(command[0]).anchor
    try:
        done = subprocess.run(command, cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    except OSError:
        return False
    return done.returncode == 0
