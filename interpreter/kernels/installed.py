"""Kernels that the user has installed for Jupyter; looked for in the folders of the user and of the system alone."""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from interpreter.kernels import r
from interpreter.kernels.languages import language_of
from interpreter.kernels.recipes import RESERVED, Recipe

TCP_ONLY = {"java", "scala", "kotlin", "groovy", "clojure", "javascript", "rust"}
"""Languages whose kernels bring a ZeroMQ of their own, which knows no private sockets."""
PYTHONS = {"python", "python3", f"python3.{sys.version_info[1]}"}
FRUGAL = {"r"}
"""Languages whose kernels reserve no more memory than they use."""
PRELUDES = {"r": r.PRELUDE}
ENTERS = {"r": "setwd({folder})"}
NOT_LOOKED_FOR = {"python", "bash"}
"""There are kernels of our own, which keep more promises."""


def installed(environment: Mapping[str, str]) -> tuple[dict[str, Recipe], dict[str, str]]:
    """A recipe for each language, and the language that each name of a kernel or a language means.

    Of several kernels for a language the first counts, in Jupyter's order of folders. Reads a small file for each.
    """
    recipes: dict[str, Recipe] = {}
    meanings: dict[str, str] = {}
    for folder in _kernel_folders(environment):
        try:
            spec = json.loads((folder / "kernel.json").read_text(encoding="utf-8"))
            recipe = _recipe(folder, spec, environment)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            # Not ours to mend, and no reason to do without the others.
            continue
        if recipe is None or recipe.language in NOT_LOOKED_FOR:
            continue
        recipes.setdefault(recipe.language, recipe)
        for name in (recipe.language, folder.name.lower()):
            meanings.setdefault(name, recipe.language)
    return recipes, meanings


def data_folders(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Jupyter's data folders, first the ones that take precedence; never a relative one."""
    named = environment.get("JUPYTER_PATH", "").split(os.pathsep)
    home = environment.get("HOME", "")
    if sys.platform == "darwin":
        users = f"{home}/Library/Jupyter"
    else:
        users = f"{environment.get('XDG_DATA_HOME') or f'{home}/.local/share'}/jupyter"
    system = [f"{sys.prefix}/share/jupyter", "/usr/local/share/jupyter", "/usr/share/jupyter"]
    found = [*named, environment.get("JUPYTER_DATA_DIR") or users, *system]
    return tuple(dict.fromkeys(Path(folder) for folder in found if Path(folder).is_absolute()))


def _kernel_folders(environment: Mapping[str, str]) -> Iterator[Path]:
    for folder in data_folders(environment):
        try:
            yield from sorted((folder / "kernels").iterdir())
        except OSError:
            continue


def _recipe(folder: Path, spec: Any, environment: Mapping[str, str]) -> Recipe | None:
    """None where the program to start is not there."""
    named = str(spec["language"]).strip().lower()
    language = language_of(named) or named
    program, *arguments = (str(word) for word in spec["argv"])
    start = sys.executable if program in PYTHONS else shutil.which(program, path=environment.get("PATH", os.defpath))
    if not start or not Path(start).is_absolute() or not language:
        return None
    return Recipe(
        language=language,
        argv=(start, *(_filled(word, folder) for word in arguments)),
        environment={str(name): str(value) for name, value in (spec.get("env") or {}).items()},
        transport="tcp" if language in TCP_ONLY else "ipc",
        interrupts="message" if spec.get("interrupt_mode") == "message" else "signal",
        source=str(folder),
        prelude=PRELUDES.get(language, ""),
        enter=ENTERS.get(language, ""),
        least_memory=0 if language in FRUGAL else RESERVED,
    )


def _filled(word: str, folder: Path) -> str:
    return word.replace("{connection_file}", "{connection}").replace("{resource_dir}", str(folder))
