"""Starting a kernel process and waiting until it answers."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from interpreter.core.errors import KernelFailed
from interpreter.core.removal import remove_tree
from interpreter.kernels.address import new_address
from interpreter.kernels.log import open_log
from interpreter.kernels.pinned import pinned
from interpreter.kernels.process import KernelProcess, limited
from interpreter.kernels.recipes import Recipe
from interpreter.kernels.warded import interrupt_warded, warded

if TYPE_CHECKING:
    from interpreter.kernels.connection import Connection
    from interpreter.kernels.life import LocalLife

START_SECONDS = 14.0
ASK_AGAIN_SECONDS = 0.3

Confine: TypeAlias = Callable[[list[str], Path], list[str]]
"""Turns the command that starts a kernel, and the folder of its sockets, into one that starts it in a box."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where kernels run: their working folder, exactly their environment, where their logs go, and their box.

    `memory` is the most that each of their processes may have, in bytes. Where there is no box `confine` is None.
    Neither ports nor signals reach into one that `is_apart`. Of a folder that is not trusted nothing is read that its
    languages would read by themselves.
    """

    folder: Path
    environment: Mapping[str, str]
    state_folder: Path | None
    confine: Confine | None
    memory: int | None
    is_apart: bool = False
    is_trusted: bool = False


def launch(recipe: Recipe, place: Place, is_abandoned: Callable[[], bool]) -> "LocalLife":
    """Start a kernel; raises KernelFailed with the cause and the cure."""
    try:
        with ExitStack() as undo:
            life = _launch(recipe, place, is_abandoned, undo)
            undo.pop_all()
            return life
    except OSError as error:
        raise KernelFailed(f"The {recipe.language} kernel could not be started: {error}.", recipe.cure) from error


def _launch(recipe: Recipe, place: Place, is_abandoned: Callable[[], bool], undo: ExitStack) -> "LocalLife":
    outer = Path(tempfile.mkdtemp(prefix="itp-"))
    undo.callback(remove_tree, outer)
    # In a box, code is shown the inner folder alone.
    folder = outer if place.confine is None else outer / "k"
    folder.mkdir(mode=0o700, exist_ok=True)
    address = new_address(folder, recipe.transport, recipe.encrypts)
    address.write(folder / "connection.json")
    argv, is_warded = _argv(recipe, folder), _needs_warden(recipe, place)
    prelude = recipe.prelude
    if recipe.enter and not place.is_trusted:
        argv, prelude = outside(argv), f"{_entered(recipe, place)}\n{prelude}"
    if is_warded:
        argv, address = warded(argv, folder, address)
    # Of what earlier kernels wrote, code in a box reads nothing, though it finds its own log open.
    log = open_log(_logs(place), recipe.language)
    undo.callback(log.close)
    memory = _memory(recipe, place)
    process = KernelProcess(
        # In a box what is started first is not the kernel, whose limits are then set by itself.
        argv if place.confine is None else place.confine(limited(argv, memory), folder),
        place.folder,
        _environment(recipe, place, folder),
        log.file,
        memory=memory if place.confine is None else None,
        # Ours see to it themselves.
        guarded=recipe.inside is None,
    )
    undo.callback(process.kill)
    # Imported only now: the kernel starts in the meantime.
    from interpreter.kernels.connection import Connection
    from interpreter.kernels.life import LocalLife

    deadline = time.monotonic() + START_SECONDS
    if place.confine is not None:
        address = pinned(address, outer, deadline, lambda: not process.is_alive() or is_abandoned())
    connection = Connection(address, recipe.waits_for_reader)
    undo.callback(connection.close)
    life = LocalLife(process, connection, outer, log, _signal(recipe, process, folder, warded=is_warded))
    if not _is_ready(connection, process, is_abandoned, deadline):
        raise KernelFailed(_cause(recipe, process, log.read()), _cure(recipe))
    log.forget()
    if prelude:
        connection.send("shell", "execute_request", {"code": prelude, "silent": True, "user_expressions": {}})
    return life


def outside(argv: list[str]) -> list[str]:
    """The command, started in the root folder: there is nothing that a language would read at its start."""
    return ["/bin/sh", "-c", 'cd / && exec "$@"', "sh", *argv]


def _entered(recipe: Recipe, place: Place) -> str:
    """Code that goes to the working folder, whose name is a string of JSON, as it is one of R and of JavaScript."""
    return recipe.enter.replace("{folder}", json.dumps(f"{place.folder}", ensure_ascii=False))


def _needs_warden(recipe: Recipe, place: Place) -> bool:
    return place.is_apart and (recipe.transport == "tcp" or recipe.interrupts == "signal")


def _signal(recipe: Recipe, process: KernelProcess, folder: Path, *, warded: bool) -> Callable[[], None] | None:
    """How it is interrupted where that is not done by a message."""
    if recipe.interrupts == "message":
        return None
    return (lambda: interrupt_warded(folder)) if warded else process.interrupt


def _argv(recipe: Recipe, folder: Path) -> list[str]:
    inside = folder / "interpreter_inside"
    if recipe.inside:
        shutil.copytree(recipe.inside, inside, ignore=shutil.ignore_patterns("__pycache__"))
    return [filled(word, str(folder / "connection.json"), str(inside)) for word in recipe.argv]


def filled(word: str, connection: str, inside: str) -> str:
    """A word of a command with our names for its files replaced; a folder that has such a name stays what it is."""
    return word.replace("{connection}", connection).replace("{inside}", inside)


def _environment(recipe: Recipe, place: Place, folder: Path) -> dict[str, str]:
    """The place's environment and what a kernel needs: a private folder for IPython, and whose end is its own."""
    environment = {**place.environment, **recipe.environment}
    environment["IPYTHONDIR"] = str(folder / "ipython")
    environment["JPY_PARENT_PID"] = str(os.getpid())
    return without_relative_paths(environment)


def without_relative_paths(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without relative entries in PYTHONPATH.

    They would let a file of the working folder take the place of a module.
    """
    kept = dict(environment)
    paths = kept.pop("PYTHONPATH", "").split(os.pathsep)
    if absolute := [path for path in paths if Path(path).is_absolute()]:
        kept["PYTHONPATH"] = os.pathsep.join(absolute)
    return kept


def _memory(recipe: Recipe, place: Place) -> int | None:
    return None if place.memory is None else max(place.memory, recipe.least_memory)


def _logs(place: Place) -> Path | None:
    return place.state_folder / "kernels" if place.state_folder and place.confine is None else None


def _is_ready(
    connection: "Connection", process: KernelProcess, is_abandoned: Callable[[], bool], deadline: float
) -> bool:
    """Whether it answered in time: on the shell channel, and on iopub, to which we are subscribed only then.

    It must know us on the stdin channel as well, or a question of the first block would be lost, and the block hang.
    """
    asked_at, waits_for = 0.0, {"shell", "iopub"}
    while time.monotonic() < deadline and process.is_alive() and not is_abandoned():
        if not waits_for and connection.can_be_asked():
            return True
        if waits_for and time.monotonic() - asked_at > ASK_AGAIN_SECONDS:
            connection.send("shell", "kernel_info_request", {})
            asked_at = time.monotonic()
        if received := connection.receive(0.1 if waits_for else 0.01):
            waits_for.discard(received[0])
    return False


def _cause(recipe: Recipe, process: KernelProcess, log: str) -> str:
    how = process.end() if not process.is_alive() else f"no answer within {START_SECONDS:.0f} seconds"
    lines = log.splitlines()
    return f"The {recipe.language} kernel could not be started: {lines[-1].strip() if lines else how}."


def _cure(recipe: Recipe) -> str:
    return f"Mend it with: {recipe.cure}" if recipe.cure else ""
