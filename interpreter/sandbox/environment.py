"""The environment of code in a box: a list of what may be in it, since nobody knows all that must not."""

import os
from collections.abc import Mapping
from pathlib import Path

from interpreter.sandbox.box import Box
from interpreter.sandbox.rights import Rights

ALLOWED_NAMES = ("PATH", "LANG", "LANGUAGE", "TZ", "TERM", "NO_COLOR", "VIRTUAL_ENV", "CONDA_PREFIX", "COLUMNS")
ALLOWED_BEGINNINGS = ("LC_", "OMP_", "OPENBLAS_", "MKL_", "MPL", "R_", "JAVA_")
"""Variables that programs need and that hold no secrets; a name that sounds like a key is never among them."""

SECRET_WORDS = ("KEY", "TOKEN", "SECRET", "PASS", "CREDENTIAL", "AUTH", "COOKIE")


def environment_in_box(environ: Mapping[str, str], box: Box, rights: Rights, named: tuple[str, ...]) -> dict[str, str]:
    """What is on the list, the variables that the user named, and where the box has what others have elsewhere."""
    kept = {name: value for name, value in environ.items() if name in named or _is_allowed(name)}
    temporary = str(box.temporary)
    return {
        **kept,
        "HOME": str(box.home),
        "TMPDIR": temporary,
        "PIP_TARGET": str(rights.packages),
        "PIP_CACHE_DIR": f"{temporary}/pip",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        # Or pip would try for a quarter of a minute before it says that there is no network.
        **({} if rights.network else {"PIP_RETRIES": "0"}),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(rights.packages), environ.get("PYTHONPATH")))),
        "PYTHONDONTWRITEBYTECODE": "1",
        # The user's own packages are where they are, wherever the box has its home.
        "PYTHONUSERBASE": str(Path.home() / ".local"),
    }


def _is_allowed(name: str) -> bool:
    if any(word in name.upper() for word in SECRET_WORDS):
        return False
    return name in ALLOWED_NAMES or name.startswith(ALLOWED_BEGINNINGS)
