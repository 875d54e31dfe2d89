"""The file that a user means by a word or two."""

import os
from pathlib import Path

from interpreter.core.errors import WrongUsage


def path_for(said: str, folder: Path, name: str, ending: str) -> Path:
    """The file that the user means, by a name, a path or a folder; a name without an ending gets the right one."""
    if len(said) > 1 and said[0] == said[-1] and said[0] in "\"'":
        said = said[1:-1]
    try:
        path = folder / Path(said or ".").expanduser()
    except RuntimeError as error:
        raise WrongUsage(f"{said} names nobody's home.", "Name a file, such as notes/today.") from error
    if os.path.isdir(path):  # noqa: PTH112 - it may be no name at all
        path /= name
    return path if path.suffix else path.with_name(f"{path.name}{ending}")
