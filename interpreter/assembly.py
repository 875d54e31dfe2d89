"""Settings made into a connected agent; with `models.py`, the only place that names concrete adapters."""

import os
import platform
import shutil
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from interpreter.core.agent import Agent
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import StorageFailed, WrongUsage
from interpreter.core.policy import Guarded, allow_all, ask_always
from interpreter.core.ports import HERE, Approver, Asker
from interpreter.core.prompt import system_prompt
from interpreter.core.redact import Redactor
from interpreter.kernels.local_kernels import LocalKernels
from interpreter.kernels.remote_kernels import RemoteKernels, check_extra
from interpreter.kernels.server_address import (
    SECRET_VARIABLES,
    TOKEN_VARIABLES,
    ServerAddress,
    server_address,
    with_token,
)
from interpreter.kernels.session_kernels import SessionKernels
from interpreter.llm.choose import key_variables
from interpreter.models import Progress, Surroundings, Warm, build_model
from interpreter.settings import Settings
from interpreter.storage.paths import Paths, find_paths, private_folder
from interpreter.storage.trust import Trust


@dataclass(frozen=True, slots=True)
class Assembled:
    """A connected agent and what a front end may want to know of it.

    `place` says where code runs, and is empty where that is this machine; `folder` is of this machine in any case.
    """

    agent: Agent
    model: Warm
    paths: Paths
    folder: Path
    trust: Trust
    place: str = ""

    def close(self) -> None:
        """End kernels and model; the conversation stays readable."""
        self.agent.close()
        self.model.close()


def assemble(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    approver: Approver,
    asker: Asker | None,
    token: CancelToken,
    last_used: str | None = None,
    server: ServerAddress | None = None,
    progress: Progress = lambda done, total: None,
) -> Assembled:
    """Connect an agent; its kernel and its model start in the background.

    `last_used` is the model of the last chat, for the chat, `server` is what `kernel_server` gave. Raises WrongUsage
    or NoModel.
    """
    paths = find_paths(environ)
    folder = working_folder(settings)
    trust = Trust(paths.data / "trusted.json")
    python = _python(settings)
    place = server.place if server else ""
    surroundings = Surroundings(environ, paths, token, progress)
    model, small = build_model(settings, surroundings, last_used)
    allows_input = asker is not None
    kernels: SessionKernels
    if server is not None:
        kernels = RemoteKernels(server, cancel=token, allows_input=allows_input)
    else:
        kernels = LocalKernels(
            folder,
            cancel=token,
            environment=_without_keys(environ),
            allows_input=allows_input,
            state_folder=_logs(settings, paths),
            trusted=trust.answer(folder) is True,
            python=python,
        )
    kernels.warm("python")
    threading.Thread(target=model.warm, name="warm-model", daemon=True).start()
    agent = Agent(
        model,
        kernels,
        Guarded(allow_all if settings.auto_run else ask_always, approver),
        cancel=token,
        system=lambda: _prompt(settings, kernels.languages(), folder, place, small=small),
        asker=asker,
        place=place or HERE,
        folder="" if place else str(folder),
        max_steps=settings.max_steps,
        timeout=settings.timeout,
        redact=Redactor(_secrets(settings, environ, server)),
    )
    return Assembled(agent, model, paths, folder, trust, place)


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


def _logs(settings: Settings, paths: Paths) -> Path | None:
    """Where kernels log; None, for nowhere that lasts, in a private session or where nothing can be written."""
    if settings.private:
        return None
    try:
        return private_folder(paths.logs)
    except StorageFailed:
        return None


def _python(settings: Settings) -> str:
    if settings.python is None:
        return sys.executable
    found = shutil.which(settings.python.expanduser())
    if found is None:
        raise WrongUsage(f"There is no Python at {settings.python}.", "Name its executable, such as .venv/bin/python.")
    return os.path.abspath(found)  # noqa: PTH100 - resolving the link would leave the virtual environment


def _prompt(settings: Settings, languages: tuple[str, ...], folder: Path, place: str, *, small: bool) -> str:
    if settings.system_message:
        return "\n\n".join(part for part in (settings.system_message, settings.instructions) if part)
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return system_prompt(
        small=small,
        languages=languages,
        folder=str(folder),
        system=system,
        instructions=settings.instructions or "",
        place=place,
    )


def _secrets(settings: Settings, environ: Mapping[str, str], server: ServerAddress | None) -> list[str]:
    found = [environ[name] for name in (*key_variables(environ), *TOKEN_VARIABLES) if name in environ]
    given = (settings.api_key, urlsplit(settings.api_base or "").password, server.token if server else None)
    return [secret for secret in (*found, *given) if secret]


def _without_keys(environ: Mapping[str, str]) -> dict[str, str]:
    keys = key_variables(environ).union(SECRET_VARIABLES)
    return {name: value for name, value in environ.items() if name not in keys}
