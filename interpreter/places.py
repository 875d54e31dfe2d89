"""Where code runs: the folder, the Python or the server, the box, and the kernels that are to be there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from interpreter.confinement import Probe, box_for, checked_elsewhere
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import WrongUsage
from interpreter.core.ports import BOX, HERE, Asker
from interpreter.kernels.catalogue import Catalogue
from interpreter.kernels.environments import Choice, Python, activated, choose
from interpreter.kernels.local_kernels import LocalKernels
from interpreter.kernels.recipes import python_recipe
from interpreter.kernels.remote_kernels import RemoteKernels, check_extra
from interpreter.kernels.server_address import ServerAddress, server_address, with_token
from interpreter.kernels.session_kernels import SessionKernels
from interpreter.known_secrets import without_keys
from interpreter.sandbox.session import SessionBox
from interpreter.settings import Settings
from interpreter.storage.paths import find_paths
from interpreter.storage.trust import Trust


@dataclass(frozen=True, slots=True)
class Running:
    """The kernels of a session, none of which is started yet, and what confines them, if anything does."""

    kernels: SessionKernels
    box: SessionBox | None = None


def run_at(
    where: Python | ServerAddress,
    folder: Path,
    settings: Settings,
    environ: Mapping[str, str],
    *,
    token: CancelToken,
    has_asker: bool,
    tells: bool,
    trusted: bool,
    logs: Path | None,
    told_of: tuple[Path, ...],
    spool: Path | None,
    ours: tuple[Path, ...],
    probe: Probe,
) -> Running:
    """Kernels in a Python of this machine, or on a server.

    `has_asker` tells whether somebody answers `input()`, `tells` whether models hear which variables a block changed.
    On this machine `trusted` is the user's word on the folder, `told_of` what code in a box must be able to read,
    `spool` where long outputs go, `ours` the folders that code in a box has no business in, `probe` why a kind of box
    does not work. Raises WrongUsage where a box is wanted and none works.
    """
    if isinstance(where, ServerAddress):
        checked_elsewhere(settings, where.place)
        return Running(RemoteKernels(where, cancel=token, allows_input=has_asker, state_card=tells))
    outside = activated(without_keys(environ), where)
    catalogue = Catalogue(python_recipe(where.path, folder, trusted), outside)
    box = box_for(settings, folder, catalogue, told_of, probe, ours, python=where)
    kernels = LocalKernels(
        folder,
        cancel=token,
        environment=box.environment(outside, settings.allow_env) if box else outside,
        found_with=outside,
        allows_input=has_asker,
        state_folder=logs,
        trusted=trusted,
        state_card=tells,
        python=where.path,
        confine=box.confine if box else None,
        is_apart=box is not None and box.is_apart,
        spool=spool,
    )
    return Running(kernels, box)


def place_of(box: SessionBox | None) -> str:
    """Where code of this machine runs, in a word or two."""
    return HERE if box is None else f"{BOX} ({box.kind})"


def find_python(settings: Settings, environ: Mapping[str, str]) -> Choice:
    """In which Python code is to run, which may lack ipykernel; raises WrongUsage when the one named cannot be used."""
    folder, trust = working_folder(settings), Trust(find_paths(environ).data / "trusted.json")
    return choose(settings.python, without_keys(environ), folder, trusted=trust.answer(folder) is True)


def kernel_server(settings: Settings, environ: Mapping[str, str], asker: Asker | None) -> ServerAddress | None:
    """The server that kernels are to run on, if there is one; `asker` may be asked for its token. Raises WrongUsage."""
    if settings.kernel_server is None:
        return None
    address = server_address(settings.kernel_server, environ)
    if settings.python is not None:
        raise WrongUsage(
            f"--python names a Python of this machine, and code is to run on {address.place}.",
            "Leave out --python or --kernel-server.",
        )
    check_extra()
    if not address.token and asker is not None:
        address = with_token(address, asker.ask(f"Token of {address.place} (Enter for none): ", True) or "")
    return address


def tells_changes(settings: Settings, *, small: bool) -> bool:
    """Whether the model is told which variables a block changed; a small one pays for every token."""
    return not small if settings.state_card is None else settings.state_card


def working_folder(settings: Settings) -> Path:
    """The folder that code runs in; raises WrongUsage when there is none."""
    try:
        folder = (settings.cwd or Path.cwd()).expanduser().absolute()
    except OSError as error:
        raise WrongUsage(
            "The current folder has been deleted.", "Change to another, or name one with --cwd."
        ) from error
    if not folder.is_dir():
        raise WrongUsage(f"The working folder {folder} does not exist.", "Make it, or name another with --cwd.")
    return folder
