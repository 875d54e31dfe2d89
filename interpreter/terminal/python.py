"""The Python that code runs in, and the question about one that lacks ipykernel: shall it be installed?"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from interpreter.console.tty import Tty
from interpreter.core.visible import visible
from interpreter.kernels.environments import Python, in_words, install_command, settled
from interpreter.known_secrets import without_keys
from interpreter.places import find_python
from interpreter.settings import Settings

NEEDED = ("ipykernel",)


def python_for(settings: Settings, person: Tty | None) -> Python:
    """What code runs in, with a line about each environment that was passed over.

    A person is asked before it becomes another for want of ipykernel. Raises WrongUsage where the one named cannot be
    used.
    """
    choice, environ = find_python(settings, os.environ), without_keys(os.environ)
    if person is not None and not choice.python.has_ipykernel and _offers_ipykernel(choice.python, environ, person):
        choice = find_python(settings, os.environ)
    choice = settled(choice, environ)
    for note in choice.notes:
        print(visible(note), file=sys.stderr, flush=True)
    return choice.python


def _offers_ipykernel(python: Python, environ: Mapping[str, str], tty: Tty) -> bool:
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
