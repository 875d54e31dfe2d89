"""Settings made into the box that code runs in; with `assembly.py`, the only place that names concrete boxes."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from interpreter.core.errors import WrongUsage
from interpreter.kernels.catalogue import Catalogue
from interpreter.kernels.environments import Python, own_python
from interpreter.kernels.pythons import linked_folders
from interpreter.llm.choose import key_variables
from interpreter.sandbox.box import Kind
from interpreter.sandbox.choose import Found, Wanted, find_box, no_box, why_not
from interpreter.sandbox.programs import is_narrow, program_folders
from interpreter.sandbox.rights import Rights
from interpreter.sandbox.session import SessionBox, absolute, checked_folder, checked_ours, new_state
from interpreter.settings import Settings

Probe = Callable[[Kind], str]

ONLY_IN_A_BOX = ("network", "allow_read", "allow_write", "allow_env")


def wanted_box(settings: Settings) -> Wanted:
    """Which box the settings ask for: where nobody is asked the strongest, unless another is named."""
    named: Wanted | None = settings.sandbox  # type: ignore[assignment]
    return named or ("auto" if settings.auto_run else "none")


def box_for(
    settings: Settings,
    folder: Path,
    catalogue: Catalogue,
    read: tuple[Path, ...],
    probe: Probe = why_not,
    ours: tuple[Path, ...] = (),
    *,
    python: Python | None = None,
) -> SessionBox | None:
    """The box for these kernels, None where none is wanted; `read` are files of ours that code is told of.

    `ours` are the folders in which the program keeps what is its own. `python` is the one that code runs in; ours
    without it.

    Raises WrongUsage where the box that is wanted does not work here, or would protect nothing.
    """
    wanted = wanted_box(settings)
    if wanted == "none":
        return None
    home = Path.home()
    checked_folder(folder, home, ours)
    if keys := sorted(set(settings.allow_env) & key_variables(os.environ)):
        raise WrongUsage(
            f"{keys[0]} is a provider's key, and stays out of the box.", "Leave it out, or run without: --sandbox none"
        )
    found = find_box(wanted, probe)
    if found.kind is None:
        raise _no_box(wanted, found)
    programs, folders = catalogue.needs()
    rights = Rights(
        folder,
        new_state(Path(tempfile.gettempdir())),
        network=settings.network,
        read_by_user=absolute(settings.allow_read, folder),
        read_by_us=read,
        write=absolute(settings.allow_write, folder),
        programs=(
            *program_folders([sys.executable, *programs], home),
            *(each for each in (*folders, *_imported_from(python or own_python())) if is_narrow(each, home)),
        ),
        ours=ours,
    )
    checked_ours(found.kind, rights)
    return SessionBox(found.kind, rights)


def _imported_from(python: Python) -> tuple[Path, ...]:
    """Where packages are that are outside of the installations of the chosen Python, and of ours."""
    ours = [Path(path) for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    return (*ours, *linked_folders(python.home, python.version))


def checked_elsewhere(settings: Settings, place: str) -> None:
    """Raises WrongUsage for a box that is asked for where there is none: on a server."""
    if settings.sandbox not in (None, "none", "auto"):
        raise WrongUsage(
            f"--sandbox {settings.sandbox} is a box on this machine, and code is to run on {place}.",
            "Leave out --sandbox or --kernel-server.",
        )


def _no_box(wanted: Wanted, found: Found) -> WrongUsage:
    if wanted == "auto":
        return no_box(found)
    return WrongUsage(
        f"The box {wanted} does not work here: {found.reasons[wanted]}.",
        "See which do with interpreter doctor, or take the strongest: --sandbox auto",
    )
