"""Commands about models: which one answers, which others there are."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from interpreter.choosing.here import Here
from interpreter.choosing.listing import is_meant, listing, names
from interpreter.choosing.offer import Offer, of_provider
from interpreter.core.errors import WrongUsage
from interpreter.core.visible import visible
from interpreter.storage.key_store import with_stored_keys
from interpreter.storage.last_model import last_model
from interpreter.terminal import offers
from interpreter.terminal.commands.command import Command
from interpreter.terminal.models_table import table

if TYPE_CHECKING:
    from interpreter.terminal.front import Front


def model(front: "Front", words: list[str]) -> str:
    """Show the model, or take another."""
    assembled = front.assembled
    if not words:
        return f"{_in_use(front)}\n%model NAME takes another; %models lists what can be used."
    name, before = " ".join(words), assembled.model.name
    if name in (before, assembled.model.lasting_name):
        return visible(f"{before} answers already.")
    assembled.change_model(name)
    at = f" It is asked at {assembled.agent.redact(address)}." if (address := assembled.model.address) else ""
    more = f"\n{assembled.model.said}" if assembled.model.said else ""
    return visible(f"{assembled.model.name} answers from now on, and reads the conversation so far.{at}{more}")


def list_models(front: "Front", words: list[str]) -> str:
    """List what can be taken now, the one in use with a star; `all` lists the rest, too."""
    assembled = front.assembled
    everything = words == ["all"]
    if words and not everything:
        raise WrongUsage("%models takes no words but all.", "Such as %models all.")
    used = assembled.model.lasting_name or assembled.model.name
    here = Here(with_stored_keys(os.environ, assembled.paths), assembled.paths.models)
    last = None if assembled.settings.private else last_model(assembled.paths)
    settings = replace(assembled.settings, model=None, api_base=None)
    listed = listing(settings, here, last, date.today(), all_models=everything)
    models = listed.offers
    if not any(is_meant(offer, used) for offer in models):
        models = (_shown(front, used), *models)
    shown = table(models, lambda offer: is_meant(offer, used), shutil.get_terminal_size().columns)
    more = f" {listed.left_out:,} more: %models all." if listed.left_out else ""
    return f"{shown}\n* answers now. A part of a name is enough: %model NAME.{more}"


def _shown(front: "Front", used: str) -> Offer:
    """The model in use, where no list has it."""
    model = front.assembled.model
    where = front.assembled.agent.redact(model.address) if model.address else model.why
    return replace(of_provider(used, where), context=model.context)


def _offers(front: "Front", typed: str) -> Iterator[offers.Offer]:
    settings, paths = front.assembled.settings, front.assembled.paths
    last = None if settings.private else last_model(paths)
    found = names(Here(with_stored_keys(os.environ, paths), paths.models), last, date.today(), local=settings.local)
    return offers.matching(typed, ((name, "") for name in found))


def _in_use(front: "Front") -> str:
    return visible(f"{front.assembled.model.name} ({_why(front)})")


def _why(front: "Front") -> str:
    used = front.assembled.model
    return f"{used.why}, at {front.assembled.agent.redact(used.address)}" if used.address else used.why


COMMANDS = (
    Command("model", "[NAME]", "show the model, or take another in mid-session", model, offers=_offers),
    Command("models", "[all]", "list the models that can be taken now", list_models),
)
