"""A model's name, or the lack of one, made into a connected model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import NoModel, UnknownModel, WrongUsage
from interpreter.core.ports import Model
from interpreter.llm.choose import choose, found_key, host_of, owner_of
from interpreter.settings import Settings
from interpreter.storage.paths import Paths, private_folder

Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all."""

EMBEDDED = "embedded"
"""The name of the model that comes with the extra `local`."""

INSTALLED = "installed here"
"""Why the embedded model is taken unasked."""

WAYS_TO_A_MODEL = (
    ("set a provider's key", "export OPENAI_API_KEY=sk-…"),
    ("get a small model", "pip install 'kernel-interpreter[local]'"),
    ("name one of a server here (such as Ollama)", "interpreter --api-base http://localhost:11434/v1 -m NAME"),
)
"""What can be done, and the command for it; the first way leads off this machine."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")

SERVED_HERE = ("ollama/", "ollama_chat/", "lm_studio/", "llamafile/")
"""Beginnings of litellm's names for models that servers on this machine have."""


class Warm(Model, Protocol):
    """A model that can be made ready before it is asked, and closed."""

    def warm(self) -> None:
        """Import and connect what the first request needs."""
        ...

    def close(self) -> None:
        """Let go of connections and processes."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What models are made from besides the settings."""

    environ: Mapping[str, str]
    paths: Paths
    token: CancelToken
    progress: Progress


@dataclass(frozen=True, slots=True)
class Built:
    """A model, the name it was built by and why that one; `is_small` tells whether it needs few words.

    `longest` is the cap of a reply in tokens that it has by itself, where it has one.
    """

    model: Warm
    name: str
    why: str
    is_small: bool = False
    longest: int | None = None


def build_model(settings: Settings, around: Surroundings, last_used: str | None) -> Built:
    """The model that the settings mean; raises WrongUsage or NoModel."""
    name, why = find_model(settings, around.environ, last_used)
    if settings.local:
        _check_local(name, settings.api_base)
    if settings.api_base is None and is_file(name):
        from interpreter.llm.local_model import OUTPUT, SMALL_OUTPUT

        model, is_small = _local(name, settings, around)
        return Built(model, name, why, is_small, SMALL_OUTPUT if is_small else OUTPUT)
    return Built(_remote(name, settings, around), name, why)


def is_file(name: str) -> bool:
    """Whether a name means a file of this machine: the embedded model's, or any other."""
    return name == EMBEDDED or name.lower().endswith(".gguf")


def instead(settings: Settings, name: str) -> Settings:
    """The settings with another model; the address stays where it can, and a key only with those it was given for."""
    if is_file(name):
        return replace(settings, model=name, api_base=None, api_key=None)
    stays = settings.api_base or owner_of(name) == owner_of(settings.model or "")
    return replace(settings, model=name, api_key=settings.api_key if stays else None)


def check_reachable(settings: Settings, environ: Mapping[str, str]) -> None:
    """Raises WrongUsage where a provider's model lacks its key, or is none that anybody offers; asks nobody."""
    name = settings.model or ""
    if settings.api_base or is_file(name):
        return
    choice = choose(name)
    if choice.key_variables and not (settings.api_key or choice.key(environ)):
        raise WrongUsage(f"No key for {name} was found.", f"Set {choice.key_variables[0]}, and start again.")
    if not choice.key_variables and "/" not in name:
        _check_listed(name)


def _check_listed(name: str) -> None:
    from interpreter.llm.catalog import facts_of, similar

    if facts_of(name) is None:
        near = similar(name)
        hint = f"Did you mean {' or '.join(near)}?" if near else "Name it with its provider, such as ollama/NAME."
        raise UnknownModel(f"Nobody is known to have a model called {name}.", hint)


def _check_local(name: str, api_base: str | None) -> None:
    """Raises WrongUsage where the model that was named is not on this machine."""
    is_here = host_of(api_base) in LOOPBACK if api_base else name == EMBEDDED or name.lower().startswith(SERVED_HERE)
    if not is_here and (api_base or not name.lower().endswith(".gguf")):
        raise WrongUsage(
            f"--local keeps to this machine, and {api_base or name} is elsewhere.",
            "Leave out one or the other, or say --no-local.",
        )


def _remote(name: str, settings: Settings, around: Surroundings) -> Warm:
    if settings.api_base and not settings.api_base.lower().startswith(("http://", "https://")):
        raise WrongUsage(
            f"{settings.api_base} is no address.", "--api-base takes one such as http://localhost:8080/v1."
        )
    choice = choose(name, settings.api_base)
    key = settings.api_key or choice.key(around.environ)
    if choice.adapter == "openai":
        from interpreter.llm.openai_model import OpenAIModel

        return OpenAIModel(
            choice.name,
            api_key=key,
            api_base=choice.api_base,
            cancel=around.token,
            temperature=settings.temperature,
            max_output_tokens=settings.max_output_tokens,
            first_token_timeout=settings.first_token_timeout,
            gap_timeout=settings.gap_timeout,
        )
    from interpreter.llm.litellm_model import LiteLLMModel

    return LiteLLMModel(
        choice.name,
        api_key=key,
        cancel=around.token,
        temperature=settings.temperature,
        max_output_tokens=settings.max_output_tokens,
        first_token_timeout=settings.first_token_timeout,
        gap_timeout=settings.gap_timeout,
    )


def find_model(settings: Settings, environ: Mapping[str, str], last_used: str | None) -> tuple[str, str]:
    """`choose_name`, given what is installed here."""
    from interpreter.llm import weights

    return choose_name(settings, environ, last_used, embedded=weights.is_installed())


def choose_name(
    settings: Settings, environ: Mapping[str, str], last_used: str | None, *, embedded: bool
) -> tuple[str, str]:
    """The model's name, and why: it was given, used last, a provider's whose key is found, or the embedded one.

    `embedded` tells whether its weights are installed. Raises NoModel.
    """
    if settings.model:
        is_from_outside = environ.get("INTERPRETER_MODEL") == settings.model
        return settings.model, "named by INTERPRETER_MODEL" if is_from_outside else "named"
    if settings.api_base:
        raise WrongUsage(f"{settings.api_base} needs the name of one of its models.", "Name it with --model.")
    if last_used and not settings.local:
        return last_used, "used last"
    if not settings.local and (found := found_key(environ)):
        return found[1], f"a key for {found[0]} was found"
    if embedded:
        return EMBEDDED, INSTALLED
    raise NoModel("There is no model to ask yet.", _ways(WAYS_TO_A_MODEL[settings.local :]))


def _ways(ways: tuple[tuple[str, str], ...]) -> str:
    """What to do, in one line, and then every command in one of its own, to be copied."""
    said = ", or ".join(what for what, _ in ways)
    return "\n".join((f"{said[0].upper()}{said[1:]}:", *(command for _, command in ways)))


def _local(name: str, settings: Settings, around: Surroundings) -> tuple[Warm, bool]:
    """A model file; the weights that came with the extra are joined at their first use."""
    from interpreter.llm import weights
    from interpreter.llm.local_model import is_small, local_model

    if name == EMBEDDED:
        file = weights.joined(private_folder(around.paths.models), around.progress)
    else:
        file = Path(name).expanduser().absolute()
        weights.check_gguf(file)
    model = local_model(
        name if name == EMBEDDED else file.stem,
        file,
        cancel=around.token,
        context=settings.context_window,
        max_output_tokens=settings.max_output_tokens,
        temperature=settings.temperature,
        first_token_timeout=settings.first_token_timeout,
        gap_timeout=settings.gap_timeout,
        state_folder=around.paths.models,
        log_file=None if settings.private else around.paths.logs / "embedded.log",
    )
    return model, is_small(file)
