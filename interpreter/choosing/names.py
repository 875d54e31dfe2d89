"""What a name stands for: itself, or the one model that has it as a part of its name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from interpreter.choosing.offer import Offer
from interpreter.core.errors import UnknownModel, WrongUsage
from interpreter.llm.families import family_of

_FEW = 6
"""Candidates that a line has room for."""


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where a name is looked for, the nearest first; each is looked at only when the one before had nothing.

    `here` is this machine, `usable` the best of what keys open, `all_usable` all of it, `others` what has no key.
    """

    here: Callable[[], Sequence[Offer]]
    usable: Callable[[], Sequence[Offer]] = tuple
    all_usable: Callable[[], Sequence[Offer]] = tuple
    others: Callable[[], Sequence[Offer]] = tuple


def exactly(name: str, offers: Sequence[Offer]) -> Offer | None:
    """The offer of that very name; `qwen3` is Ollama's `qwen3:latest`, and a file's ending may be left out."""
    wanted = name.lower().removesuffix(".gguf")
    meant = {wanted, f"{wanted}:latest"}
    return next((offer for offer in offers if offer.name.lower() in meant), None)


def named(name: str, shelves: Shelves) -> Offer | None:
    """The model that the name, or a part of one, means; None for a name that nobody lists.

    Raises WrongUsage, naming them, where it means several.
    """
    near = [*shelves.here(), *shelves.usable()]
    if found := exactly(name, near) or exactly(name, shelves.all_usable()) or exactly(name, shelves.others()):
        return found
    # `qwen3` is all but the size of `qwen3:8b`: that is more than a part.
    if len(sizes := [offer for offer in near if offer.name.lower().partition(":")[0] == name.lower()]) == 1:
        return sizes[0]
    for offers in (near, shelves.all_usable(), shelves.others()):
        if candidates := _newest([offer for offer in offers if name.lower() in offer.name.lower()]):
            return _only(name, candidates)
    return None


def unknown(name: str, near: Sequence[str]) -> UnknownModel:
    """The error for a name that leads nowhere; `near` are names that look like it."""
    hint = f"Did you mean {_either(near)}?" if near else "Name it with its provider, such as ollama/NAME."
    return UnknownModel(f"Nobody is known to have a model called {name}.", f"{hint} `interpreter models` lists them.")


def _only(name: str, candidates: Sequence[Offer]) -> Offer:
    if len(candidates) == 1:
        return candidates[0]
    shown = [offer.name for offer in candidates[:_FEW]]
    more = f" (and {len(candidates) - _FEW} more)" if len(candidates) > _FEW else ""
    raise WrongUsage(f"{name} is a part of {len(candidates)} names.", f"Say more of it: {_either(shown)}{more}.")


def _newest(candidates: Sequence[Offer]) -> list[Offer]:
    """Of a provider's models that differ only in their version, the newest; all others."""
    newest: dict[tuple[str, str], Offer] = {}
    for offer in candidates:
        key = (offer.where, family_of(offer.name)[0] if offer.kind == "provider" else offer.name)
        kept = newest.get(key)
        if kept is None or _version(offer) > _version(kept):
            newest[key] = offer
    return list(newest.values())


def _version(offer: Offer) -> tuple[tuple[float, ...], int]:
    return family_of(offer.name)[1], -len(offer.name)


def _either(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else "".join(names)
