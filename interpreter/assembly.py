"""Settings made into a connected agent; with `models.py`, the only place that names concrete adapters."""

import platform
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from interpreter.core.agent import Agent
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import StorageFailed, WrongUsage
from interpreter.core.explanation import Explanation
from interpreter.core.messages import CodeBlock
from interpreter.core.policy import Guarded, allow_all, ask_before_running
from interpreter.core.ports import Approver, Asker
from interpreter.core.prompt import system_prompt
from interpreter.core.redact import Redactor
from interpreter.kernels.environments import Choice, Python, activated, choose
from interpreter.kernels.local_kernels import LocalKernels
from interpreter.kernels.pages import WithPages
from interpreter.llm.choose import key_variables
from interpreter.models import Progress, Surroundings, Warm, build_model
from interpreter.settings import Settings
from interpreter.storage.paths import Paths, find_paths, private_folder
from interpreter.storage.trust import Trust

AUTO_RUN_TIMEOUT = 600.0
"""Seconds that a block may take where nobody is there to stop it, unless the user says otherwise."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A connected agent and what a front end may want to know of it."""

    agent: Agent
    model: Warm
    paths: Paths
    folder: Path
    trust: Trust
    python: Python
    redact: Callable[[str], str]

    def explain(self, block: CodeBlock) -> Explanation:
        """Have the model explain a block, outside of the conversation."""
        return Explanation(self.model, block, self.redact)

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
    python: Python,
    last_used: str | None = None,
    progress: Progress = lambda done, total: None,
    show_page: Callable[[Path], None] = lambda path: None,
) -> Assembled:
    """Connect an agent; its kernel and its model start in the background.

    `python` is what code runs in, `last_used` is the model of the last chat, for the chat; `show_page` is called with
    each page of HTML or SVG that was saved. Raises WrongUsage or NoModel.
    """
    paths = find_paths(environ)
    folder = working_folder(settings)
    trust = Trust(paths.data / "trusted.json")
    surroundings = Surroundings(environ, paths, token, progress)
    model, small = build_model(settings, surroundings, last_used)
    kernels = LocalKernels(
        folder,
        cancel=token,
        environment=activated(without_keys(environ), python),
        allows_input=asker is not None,
        state_folder=_kept(settings, paths.logs),
        trusted=trust.answer(folder) is True,
        python=python.path,
    )
    kernels.warm("python")
    threading.Thread(target=model.warm, name="warm-model", daemon=True).start()
    redact = Redactor(_secrets(settings, environ))
    agent = Agent(
        model,
        WithPages(kernels, lambda: _kept(settings, paths.pages), show_page),
        Guarded(allow_all if settings.auto_run else ask_before_running, approver),
        cancel=token,
        system=lambda: _prompt(settings, kernels.languages(), folder, python, small=small),
        asker=asker,
        folder=str(folder),
        max_steps=settings.max_steps,
        timeout=settings.timeout or (AUTO_RUN_TIMEOUT if settings.auto_run else None),
        redact=redact,
    )
    return Assembled(agent, model, paths, folder, trust, python, redact)


def find_python(settings: Settings, environ: Mapping[str, str]) -> Choice:
    """In which Python code is to run, which may lack ipykernel; raises WrongUsage when the one named cannot be used."""
    folder, trust = working_folder(settings), Trust(find_paths(environ).data / "trusted.json")
    return choose(settings.python, without_keys(environ), folder, trusted=trust.answer(folder) is True)


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


def _kept(settings: Settings, folder: Path) -> Path | None:
    """The folder, made; None, for nowhere that lasts, in a private session or where nothing can be written."""
    if settings.private:
        return None
    try:
        return private_folder(folder)
    except StorageFailed:
        return None


def _prompt(settings: Settings, languages: tuple[str, ...], folder: Path, python: Python, *, small: bool) -> str:
    if settings.system_message:
        return "\n\n".join(part for part in (settings.system_message, settings.instructions) if part)
    system = f"{platform.system()} {platform.release()}, Python {python.version}"
    return system_prompt(
        small=small,
        languages=languages,
        folder=str(folder),
        system=system,
        instructions=settings.instructions or "",
    )


def _secrets(settings: Settings, environ: Mapping[str, str]) -> list[str]:
    found = [environ[name] for name in key_variables(environ)]
    return [secret for secret in (*found, settings.api_key, urlsplit(settings.api_base or "").password) if secret]


def without_keys(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment that code and installers may see: no provider's key is in it."""
    keys = key_variables(environ)
    return {name: value for name, value in environ.items() if name not in keys}
