"""Limits and open files for a command, set by a shell that then becomes the command: no Python starts for it."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from interpreter.sandbox.rights import Limits


def limited(argv: list[str], limits: Limits, opened: Mapping[int, Path]) -> list[str]:
    """The command below these limits; `opened` are files for it to find open at descriptors below 10."""
    parts = ["ulimit -c 0", f"ulimit -n {limits.files}"]
    if limits.memory is not None:
        parts.append(f"ulimit -d {limits.memory // 1024}")
    # A limit that is lower already stays: then the shell complains, and there is nothing to do.
    steps = [f"{part} 2>/dev/null" for part in parts]
    steps += [f"exec {number}<{shlex.quote(str(path))}" for number, path in opened.items()]
    return ["/bin/sh", "-c", "; ".join([*steps, 'exec "$@"']), "sh", *argv]
