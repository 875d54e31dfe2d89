"""In which Python code runs, and why: the one named, the active environment's, the folder's, or our own."""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TypeAlias

from interpreter.core.errors import WrongUsage
from interpreter.kernels.programs import on_path
from interpreter.kernels.pythons import executable_in, facts_of, home_of

Why: TypeAlias = Literal["--python", "active environment", ".venv of this folder", "Interpreter's own"]

OWN: Why = "Interpreter's own"
OLDEST = (3, 9)


@dataclass(frozen=True, slots=True)
class Python:
    """A Python that code can run in.

    `path` is its executable, `version` as in 3.12.1, `home` is the folder of its environment if it has one.
    """

    path: str
    why: Why
    version: str
    home: Path | None = None
    has_ipykernel: bool = True
    has_pip: bool = True

    def __str__(self) -> str:
        return f"Python {'.'.join(self.version.split('.')[:2])} ({self.why})"


@dataclass(frozen=True, slots=True)
class Choice:
    """The Python chosen, and what the user is to know of those that were passed over."""

    python: Python
    notes: tuple[str, ...] = ()


def own_python() -> Python:
    """The Python that this program runs in, which has ipykernel."""
    version = ".".join(map(str, sys.version_info[:3]))
    home = Path(sys.prefix) if sys.prefix != sys.base_prefix else None
    return Python(sys.executable, OWN, version, home, has_pip=find_spec("pip") is not None)


def choose(named: Path | None, environ: Mapping[str, str], folder: Path, *, trusted: bool) -> Choice:
    """The Python that code is to run in; it may lack ipykernel.

    `named` is an executable, the name of one on the path, or the folder of an environment. Of `folder`, nothing is
    looked at unless it is trusted. Raises WrongUsage when what was named cannot be used.
    """
    if named is not None:
        return Choice(_named(named, environ))
    notes: list[str] = []
    for home, why in _homes(environ, folder if trusted else None):
        if _is_ours(home):
            break
        found = _in(home, why, environ)
        if isinstance(found, Python):
            return Choice(found, tuple(notes))
        notes.append(f"{home} ({why}) is passed over: {found}.")
    return Choice(own_python(), tuple(notes))


def settled(choice: Choice, environ: Mapping[str, str]) -> Choice:
    """A choice that a kernel can run in: our own in the place of an environment without ipykernel, which is said.

    Raises WrongUsage where the Python was named.
    """
    python = choice.python
    if python.has_ipykernel:
        return choice
    cure = in_words(python, ("ipykernel",), environ)
    if python.why == "--python":
        raise WrongUsage(f"{python.path} has no ipykernel, which code needs to run in it.", f"Get it with: {cure}")
    own = own_python()
    note = f"{python.home} ({python.why}) lacks ipykernel, so code runs in {own}. To change that: {cure}"
    return Choice(own, (*choice.notes, note))


def install_command(python: Python, packages: tuple[str, ...], environ: Mapping[str, str]) -> tuple[str, ...] | None:
    """The command that installs packages into a Python's environment; None where there is neither pip nor uv."""
    if python.has_pip:
        return (python.path, "-m", "pip", "install", *packages)
    uv = on_path("uv", environ)
    return (uv, "pip", "install", "--python", python.path, *packages) if uv else None


def in_words(python: Python, packages: tuple[str, ...], environ: Mapping[str, str]) -> str:
    """The same as a line for a shell; where neither is there, pip is brought first."""
    import shlex

    if command := install_command(python, packages, environ):
        return shlex.join(command)
    pip = install_command(replace(python, has_pip=True), packages, environ) or ()
    return f"{shlex.join((python.path, '-m', 'ensurepip'))} && {shlex.join(pip)}"


def activated(environment: Mapping[str, str], python: Python) -> dict[str, str]:
    """An environment in which `python` and `pip` mean the ones of the chosen environment; ours is left as it is."""
    if python.home is None or python.why == OWN:
        return dict(environment)
    paths = environment.get("PATH", os.defpath).split(os.pathsep)
    programs = os.fspath(Path(python.path).parent)
    if python.why != "active environment" or programs not in paths:
        paths = [programs, *(path for path in paths if path != programs)]
    kept = {name: value for name, value in environment.items() if name != "PYTHONHOME"}
    variable = "CONDA_PREFIX" if (python.home / "conda-meta").is_dir() else "VIRTUAL_ENV"
    return {**kept, "PATH": os.pathsep.join(paths), variable: os.fspath(python.home)}


def _named(named: Path, environ: Mapping[str, str]) -> Python:
    try:
        executable = _executable(named.expanduser(), environ)
    except (OSError, RuntimeError):
        executable = None
    if executable is None:
        hint = "Name its executable, or the folder of an environment, such as .venv."
        raise WrongUsage(f"There is no Python at {named}.", hint)
    found = _look(executable, home_of(executable), "--python", environ)
    if isinstance(found, str):
        raise WrongUsage(f"{named} cannot be used: {found}.", "Name another, such as .venv/bin/python.")
    return found


def _executable(path: Path, environ: Mapping[str, str]) -> Path | None:
    # Not resolved: the link of a virtual environment leads out of it.
    absolute = Path(os.path.abspath(path))  # noqa: PTH100
    if absolute.is_dir() and (inside := executable_in(absolute)):
        return inside
    if len(path.parts) > 1:
        return absolute if absolute.is_file() and os.access(absolute, os.X_OK) else None
    found = on_path(os.fspath(path), environ)
    return Path(found) if found else None


def _homes(environ: Mapping[str, str], folder: Path | None) -> Iterator[tuple[Path, Why]]:
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        home = Path(environ.get(name, ""))
        # A relative one would be read from the working folder.
        if home.is_absolute():
            yield home, "active environment"
    if folder is not None and os.path.isdir(folder / ".venv"):  # noqa: PTH112 - it may be unreadable
        yield folder / ".venv", ".venv of this folder"


def _is_ours(home: Path) -> bool:
    try:
        return home.resolve() == Path(sys.prefix).resolve()
    except (OSError, RuntimeError):
        return False


def _in(home: Path, why: Why, environ: Mapping[str, str]) -> Python | str:
    """The Python of an environment, or what is wrong with it."""
    try:
        executable = executable_in(home)
        return _look(executable, home, why, environ) if executable else "there is no Python in it"
    except OSError as error:
        return f"it cannot be read ({error.strerror})"


def _look(executable: Path, home: Path | None, why: Why, environ: Mapping[str, str]) -> Python | str:
    facts = facts_of(executable, home, environ)
    if facts is None:
        return "its Python does not start"
    if tuple(int(part) for part in facts.version.split(".")[:2]) < OLDEST:
        return f"its Python {facts.version} is too old; 3.9 is the oldest that works"
    return Python(os.fspath(executable), why, facts.version, home, facts.has_ipykernel, facts.has_pip)
