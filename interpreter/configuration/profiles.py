"""Named sets of settings: the user's own, and those that come with the program."""

import os
import re
from pathlib import Path

from interpreter.configuration.toml_file import SettingsFile
from interpreter.core.errors import WrongUsage
from interpreter.storage.paths import Paths

SHIPPED = Path(__file__).parent.parent / "profiles"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def profile_names(paths: Paths) -> tuple[str, ...]:
    """Every profile there is, in the order of the alphabet."""
    found = {path.stem for folder in (paths.profiles, SHIPPED) for path in _files(folder)}
    return tuple(sorted(name for name in found if _NAME.fullmatch(name)))


def find_profile(name: str, paths: Paths) -> SettingsFile:
    """The file of a profile, the user's own before the one that comes along; raises WrongUsage where there is none."""
    _check_word(name, paths)
    own = own_profile(name, paths)
    if os.path.lexists(own.path):
        return own
    shipped = SHIPPED / f"{name}.toml"
    if not shipped.is_file():
        raise _unknown(name, paths)
    return SettingsFile(shipped, name, is_shipped=True)


def own_profile(name: str, paths: Paths) -> SettingsFile:
    """Where the user's own profile of that name is or would be; raises WrongUsage for what can be no name."""
    _check_word(name, paths)
    return SettingsFile(paths.profiles / f"{name}.toml", name)


def _check_word(name: str, paths: Paths) -> None:
    if not _NAME.fullmatch(name):
        listed = f"A name is a word, and no path; there are: {', '.join(profile_names(paths))}."
        raise WrongUsage(f"{name[:60]!r} is no name of a profile.", listed)


def _unknown(name: str, paths: Paths) -> WrongUsage:
    import difflib

    names = profile_names(paths)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    return WrongUsage(f"There is no profile {name!r}.", f"{hint}There are: {', '.join(names)}.")


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.suffix == ".toml"]
    except OSError:
        return []
