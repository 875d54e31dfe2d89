"""What `interpreter doctor` looks at; a check is a function, and a new one is a line in CHECKS."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from interpreter.choosing.here import Here
from interpreter.choosing.offer import EMBEDDED
from interpreter.choosing.order import find_model
from interpreter.core.errors import InterpreterError
from interpreter.kernels.environments import in_words, own_python, settled
from interpreter.kernels.listing import listed
from interpreter.llm import weights
from interpreter.llm.choose import choose
from interpreter.places import find_python, working_folder
from interpreter.settings import Settings
from interpreter.storage.key_store import with_stored_keys
from interpreter.storage.last_model import last_model
from interpreter.storage.paths import find_paths
from interpreter.terminal.subcommands.box_check import box, quick_box
from interpreter.terminal.subcommands.config_check import config
from interpreter.terminal.subcommands.finding import Check, Finding
from interpreter.terminal.subcommands.model_checks import embedded, keys, servers
from interpreter.terminal.subcommands.terminal_check import terminal


def python(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """In which Python code runs, and why."""
    chosen = find_python(settings, environ)
    choice = settled(chosen, environ)
    for note in chosen.notes:
        yield Finding("python", "warn", note, "Activate another environment, or none.")
    if choice.python != chosen.python:
        hint = f"Get it with: {in_words(chosen.python, ('ipykernel',), environ)}"
        yield Finding("python", "warn", f"{chosen.python.home} ({chosen.python.why}) lacks ipykernel", hint)
    yield Finding("python", "ok", f"{choice.python.path}: {choice.python}, with ipykernel")


def languages(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Which kernels are there, besides Python's."""
    for entry in listed(own_python(), environ):
        if entry.language == "python":
            continue
        if entry.kernel:
            yield Finding(entry.language, "ok", entry.kernel)
        else:
            yield Finding(entry.language, "warn", "has no kernel here", f"Get it with: {entry.install}")


def model(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Which model the chat would begin with, and why."""
    is_installed = weights.is_installed()
    paths = find_paths(environ)
    chosen = find_model(settings, Here(with_stored_keys(environ, paths), paths.models), last_model(paths))
    name, address = chosen.name, settings.api_base or (chosen.offer.address if chosen.offer else None)
    text = f"{name} ({chosen.why}{f', at {address}' if address else ''})"
    if address is None and name == EMBEDDED:
        hint = "Install it: pip install 'kernel-interpreter[local]'"
        yield Finding("model", "ok" if is_installed else "fail", text, "" if is_installed else hint)
    elif address is None and name.lower().endswith(".gguf"):
        is_there = Path(name).expanduser().is_file()
        yield Finding("model", "ok" if is_there else "fail", text, "" if is_there else "There is no such file.")
    else:
        reached = choose(name, address)
        lacks_key = bool(reached.key_variables) and not (
            settings.api_key or reached.key(with_stored_keys(environ, paths))
        )
        hint = f"No key for it was found: set {reached.key_variables[0]}." if lacks_key else ""
        yield Finding("model", "warn" if lacks_key else "ok", text, hint)


def folders(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Where things are kept, and whether they can be."""
    paths = find_paths(environ)
    rows = (("working folder", working_folder(settings)), ("settings", paths.config), ("data", paths.data))
    for name, folder in rows:
        if _is_writable(folder):
            yield Finding(name, "ok", str(folder))
        else:
            hint = "Nothing can be kept there; make it writable, or set INTERPRETER_HOME to another folder."
            yield Finding(name, "warn", f"{folder} cannot be written to", hint if name != "working folder" else "")


CHECKS: tuple[Check, ...] = (config, python, languages, model, keys, servers, embedded, folders, terminal, box)
QUICK: tuple[Check, ...] = tuple(quick_box if check is box else check for check in CHECKS)
"""The same without what takes seconds."""


def findings(settings: Settings, environ: Mapping[str, str], checks: tuple[Check, ...] = CHECKS) -> Iterator[Finding]:
    """What all checks find; one that cannot go on does not keep the others from looking."""
    for check in checks:
        try:
            yield from check(settings, environ)
        except InterpreterError as error:
            yield Finding(check.__name__, "fail", str(error), error.hint)


def _is_writable(folder: Path) -> bool:
    """Whether the folder, or the nearest one above that exists, can be written to."""
    nearest = next((each for each in (folder, *folder.parents) if os.path.lexists(each)), folder)
    return os.path.isdir(nearest) and os.access(nearest, os.W_OK | os.X_OK)  # noqa: PTH112 - it may be unreadable
