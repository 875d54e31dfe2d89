"""A model that can be taken, or could be with a key: one form for providers, servers, files and the embedded one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from interpreter.llm.catalog import chat_models, facts_of, withdrawn
from interpreter.llm.families import useful
from interpreter.llm.files_here import ModelFile
from interpreter.llm.further_providers import SIGNS
from interpreter.llm.local_limits import CONTEXT
from interpreter.llm.providers import Provider, all_providers
from interpreter.llm.served_here import Server
from interpreter.llm.server_answers import OLLAMA_CONTEXT, Served
from interpreter.llm.weights import EMBEDDED as EMBEDDED_WEIGHTS

EMBEDDED = "embedded"
"""The name of the model that comes with the extra `local`."""

MOST_OF_A_PROVIDER = 8
"""Models of a provider that are worth a line each."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A model: `name` is what `-m` takes, `where` whose it is in a word or two.

    `context` is in tokens, prices are dollars a million tokens, `size` is in bytes; None is unknown. `is_usable` is
    false where the key is missing, `is_here` where what is asked leaves this machine. `trained` is the context that a
    server could give it.
    """

    name: str
    kind: Literal["provider", "server", "file", "embedded"]
    where: str
    context: int | None = None
    input_price: float | None = None
    output_price: float | None = None
    sees_images: bool | None = None
    is_usable: bool = True
    is_here: bool = False
    is_loaded: bool = False
    address: str | None = None
    path: Path | None = None
    size: int | None = None
    trained: int | None = None


def of_servers(found: Mapping[Server, tuple[Served, ...]]) -> Iterator[Offer]:
    """The models of running servers that answer in text, under their plain names."""
    for server, models in found.items():
        for model in models:
            if not model.chats:
                continue
            usual = OLLAMA_CONTEXT if server.name == "Ollama" and model.is_here else None
            price = 0.0 if model.is_here else None
            yield Offer(
                model.name,
                "server",
                server.name,
                context=model.context or usual,
                input_price=price,
                output_price=price,
                sees_images=model.sees_images,
                is_here=model.is_here,
                is_loaded=model.is_loaded,
                address=server.address,
                size=model.size,
                trained=model.trained,
            )


def of_files(files: Iterable[ModelFile]) -> Iterator[Offer]:
    """The models in files."""
    for file in files:
        yield Offer(
            file.name,
            "file",
            file.kept_by,
            context=min(file.context or CONTEXT, CONTEXT),
            input_price=0.0,
            output_price=0.0,
            is_here=True,
            path=file.path,
            size=file.size,
            trained=file.context,
        )


def of_embedded() -> Offer:
    """The model that comes along."""
    return Offer(
        EMBEDDED,
        "embedded",
        "installed",
        context=CONTEXT,
        input_price=0.0,
        output_price=0.0,
        sees_images=False,
        is_here=True,
        size=EMBEDDED_WEIGHTS.size,
    )


def of_providers(environ: Mapping[str, str], today: date, *, all_models: bool = False) -> Iterator[Offer]:
    """The models of those providers whose keys are there, the most useful ones of each or all.

    A provider that is not in the catalog offers its usual model, or none: any name goes through to it all the same.
    """
    listed = chat_models()
    for provider in _with_keys(environ):
        names = listed.get(provider.prefix, ())
        usual = provider.default
        if all_models:
            chosen = tuple(dict.fromkeys((*([usual] if usual else []), *sorted(names))))
        else:
            chosen = useful(names, usual, today, withdrawn, MOST_OF_A_PROVIDER)
        yield from (of_provider(name, variable_of(provider, environ)) for name in chosen)


def of_the_others(environ: Mapping[str, str]) -> Iterator[Offer]:
    """The models of those providers whose keys are missing; `where` is what has to be set."""
    keys = {each.prefix: each.variables[0] for each in all_providers()}
    keys |= {prefix: variables[0] for prefix, variables in SIGNS.items()}
    listed = chat_models()
    missing = {*keys, *listed} - {each.prefix for each in _with_keys(environ)}
    for prefix in (*(each for each in keys if each in missing), *sorted(missing - set(keys))):
        names = sorted(listed.get(prefix, ()))
        yield from (of_provider(name, keys.get(prefix, prefix), is_usable=False) for name in names)


def of_provider(name: str, where: str, *, is_usable: bool = True) -> Offer:
    """A provider's model, with what the catalog knows of it."""
    facts = facts_of(name)
    if facts is None:
        return Offer(name, "provider", where, is_usable=is_usable)
    return Offer(
        name,
        "provider",
        where,
        context=facts.context,
        input_price=_a_million(facts.input_price),
        output_price=_a_million(facts.output_price),
        sees_images=facts.sees_images,
        is_usable=is_usable,
    )


def variable_of(provider: Provider, environ: Mapping[str, str]) -> str:
    """The variable under which a provider's key is found; empty where it is not."""
    return next((name for name in provider.variables if environ.get(name, "").strip()), "")


def _with_keys(environ: Mapping[str, str]) -> Iterator[Provider]:
    clouds = (Provider(prefix, variables) for prefix, variables in SIGNS.items())
    yield from (each for each in (*all_providers(), *clouds) if variable_of(each, environ))


def _a_million(price: float | None) -> float | None:
    return None if price is None else price * 1e6
