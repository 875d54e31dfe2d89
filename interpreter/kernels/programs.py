"""Programs of this machine, never one that is found by way of the working folder."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def on_path(name: str, environment: Mapping[str, str], *first: Path) -> str | None:
    """A program in the folders given first, else on the absolute folders of the path; None where there is none."""
    folders = [*map(os.fspath, first), *environment.get("PATH", os.defpath).split(os.pathsep)]
    return shutil.which(name, path=os.pathsep.join(each for each in folders if Path(each).is_absolute()))
