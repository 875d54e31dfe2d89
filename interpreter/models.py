"""A model's name, or the lack of one, made into a connected model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, runtime_checkable

from interpreter.choosing.best import size_of
from interpreter.choosing.here import Here
from interpreter.choosing.offer import EMBEDDED, Offer
from interpreter.choosing.order import Chosen, check_local, find_model, is_file
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import WrongUsage
from interpreter.core.ports import Model, OwnModel
from interpreter.llm.choose import choose, owner_of
from interpreter.llm.local_limits import LONG_PROMPT, SMALL_FILE, context_of, is_small
from interpreter.llm.ollama_host import ollama_url
from interpreter.llm.own_model import OwnModelAdapter
from interpreter.settings import Settings
from interpreter.storage.paths import Paths, private_folder

OLLAMA = ("ollama/", "ollama_chat/")
"""Beginnings of litellm's names for Ollama's models."""

Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all."""


class Warm(Model, Protocol):
    """A model that can be made ready before it is asked, and closed."""

    def warm(self) -> None:
        """Import and connect what the first request needs."""
        ...

    def close(self) -> None:
        """Let go of connections and processes."""
        ...


@runtime_checkable
class Starts(Protocol):
    """A model that takes its time to be there."""

    @property
    def is_starting(self) -> bool:
        """Whether it is on its way now; for any thread."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What models are made from besides the settings."""

    environ: Mapping[str, str]
    paths: Paths
    token: CancelToken
    progress: Progress

    @property
    def here(self) -> Here:
        """What can be asked on this machine."""
        return Here(self.environ, self.paths.models)


@dataclass(frozen=True, slots=True)
class Built:
    """A model, the name it was built by and why that one; `is_small` tells whether it needs few words.

    `context` is what its server or file gives it, in tokens, None where only the catalog may know; `is_free` tells
    whether it costs nothing, and `said` is to be said aloud.
    `longest` is the cap of a reply in tokens that it has by itself, where it has one.
    """

    model: Warm
    name: str
    why: str
    is_small: bool = False
    context: int | None = None
    is_free: bool = False
    said: str = ""
    longest: int | None = None


def build_model(settings: Settings, around: Surroundings, last_used: str | None) -> Built:
    """The model that the settings mean; raises WrongUsage or NoModel."""
    chosen = find_model(settings, around.here, last_used)
    if settings.local:
        check_local(chosen, settings.api_base)
    offer = chosen.offer
    if settings.api_base is None and is_file(chosen.name):
        return _local(chosen, settings, around)
    if settings.api_base is None and offer is not None and offer.address is not None:
        is_small = 0 < size_of(offer) < SMALL_FILE
        model = _served(offer, settings, around, small=is_small)
        return Built(model, chosen.name, chosen.why, is_small, offer.context, offer.is_here, chosen.said)
    return Built(_remote(chosen.name, settings, around), chosen.name, chosen.why)


def own_model(model: OwnModel, settings: Settings, around: Surroundings) -> Built:
    """A model of the user's; raises WrongUsage for an object that cannot answer."""
    adapted = OwnModelAdapter(
        model,
        cancel=around.token,
        first_token_timeout=settings.first_token_timeout,
        gap_timeout=settings.gap_timeout,
    )
    return Built(adapted, adapted.name, "given as an object", context=adapted.context)


def instead(settings: Settings, name: str) -> Settings:
    """The settings with another model; the address stays where it can, and a key only with those it was given for."""
    if is_file(name):
        return replace(settings, model=name, api_base=None, api_key=None)
    stays = settings.api_base or owner_of(name) == owner_of(settings.model or "")
    return replace(settings, model=name, api_key=settings.api_key if stays else None)


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
            tool_calling=bool(settings.tool_calling),
        )
    from interpreter.llm.litellm_model import LiteLLMModel

    return LiteLLMModel(
        choice.name,
        api_key=key,
        api_base=_ollama(choice.name, around.environ),
        cancel=around.token,
        temperature=settings.temperature,
        max_output_tokens=settings.max_output_tokens,
        num_ctx=settings.context_window if choice.name.startswith(OLLAMA) else None,
        first_token_timeout=settings.first_token_timeout,
        gap_timeout=settings.gap_timeout,
        tool_calling=bool(settings.tool_calling),
    )


def _ollama(name: str, environ: Mapping[str, str]) -> str | None:
    """Where Ollama is for a name of one of its models, by its own variable or by litellm's."""
    if not name.startswith(OLLAMA) or environ.get("OLLAMA_API_BASE"):
        return None
    return ollama_url(environ["OLLAMA_HOST"]) if environ.get("OLLAMA_HOST") else None


def _served(offer: Offer, settings: Settings, around: Surroundings, *, small: bool) -> Warm:
    """A model of a server that runs here; no provider's key is sent to it."""
    if offer.where == "Ollama" and settings.context_window:
        # By the OpenAI protocol it gives what it likes: only its own takes the wish.
        address = (offer.address or "").removesuffix("/v1")
        return _by_ollamas_own_protocol(offer.name, address, settings, around, small=small)
    from interpreter.llm.openai_model import OpenAIModel

    return OpenAIModel(
        offer.name,
        # A key that was given belongs to the model that was named with it.
        api_key=settings.api_key if settings.model else None,
        api_base=offer.address,
        cancel=around.token,
        small=small,
        temperature=settings.temperature,
        max_output_tokens=settings.max_output_tokens,
        first_token_timeout=max(LONG_PROMPT, settings.first_token_timeout),
        gap_timeout=settings.gap_timeout,
        sees_images=offer.sees_images,
        tool_calling=bool(settings.tool_calling),
    )


def _by_ollamas_own_protocol(name: str, address: str, settings: Settings, around: Surroundings, *, small: bool) -> Warm:
    from interpreter.llm.litellm_model import LiteLLMModel

    return LiteLLMModel(
        f"ollama_chat/{name}",
        api_base=address,
        cancel=around.token,
        small=small,
        temperature=settings.temperature,
        max_output_tokens=settings.max_output_tokens,
        first_token_timeout=max(LONG_PROMPT, settings.first_token_timeout),
        gap_timeout=settings.gap_timeout,
        num_ctx=settings.context_window,
        tool_calling=bool(settings.tool_calling),
    )


def _local(chosen: Chosen, settings: Settings, around: Surroundings) -> Built:
    """A model file; the weights that came with the extra are joined at their first use."""
    from interpreter.llm import weights
    from interpreter.llm.local_model import OUTPUT, SMALL_OUTPUT, local_model

    name = chosen.name
    if name == EMBEDDED:
        file = weights.joined(private_folder(around.paths.models), around.progress)
    else:
        file = Path(name).expanduser().absolute()
        weights.check_gguf(file)
    context, small = settings.context_window or context_of(file), is_small(file)
    model = local_model(
        name if name == EMBEDDED else file.stem,
        file,
        cancel=around.token,
        context=context,
        max_output_tokens=settings.max_output_tokens,
        temperature=settings.temperature,
        first_token_timeout=settings.first_token_timeout,
        gap_timeout=settings.gap_timeout,
        tool_calling=bool(settings.tool_calling),
        state_folder=around.paths.models,
        log_file=None if settings.private else around.paths.logs / "embedded.log",
        code_folder=None if settings.kernel_server else (settings.cwd or Path.cwd()).expanduser().absolute(),
    )
    longest = SMALL_OUTPUT if small else OUTPUT
    return Built(model, name, chosen.why, small, context, is_free=True, said=chosen.said, longest=longest)
