"""Commands about models: which one answers, which others there are."""

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from interpreter.core.visible import visible
from interpreter.llm.providers import PROVIDERS
from interpreter.llm.weights import is_installed
from interpreter.models import EMBEDDED
from interpreter.storage.last_model import last_model
from interpreter.terminal.commands.command import Command, aligned
from interpreter.terminal.offers import Offer, matching

if TYPE_CHECKING:
    from interpreter.terminal.front import Front

NONE = "No provider's key was found, and the embedded model is not installed."


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
    return visible(f"{assembled.model.name} answers from now on, and reads the conversation so far.{at}")


def list_models(front: "Front", words: list[str]) -> str:
    """List what can be taken now; the one in use has a mark."""
    assembled = front.assembled
    used = assembled.model.lasting_name or assembled.model.name
    found = _found(front)
    rows = [(f"* {used}", _why(front)), *((f"  {name}", why) for name, why in found.items() if name != used)]
    return visible(aligned(rows) if found else f"{aligned(rows)}\n{NONE}")


def usable(
    environ: Mapping[str, str], last_used: str | None, *, embedded: bool, local: bool
) -> Iterator[tuple[str, str]]:
    """The names that can be taken, each with the reason; `local` leaves providers out."""
    if last_used and not local:
        yield last_used, "used last"
    for provider in PROVIDERS:
        key = next((name for name in provider.variables if environ.get(name, "").strip()), None)
        if key and not local:
            yield provider.default or f"{provider.prefix}/NAME", f"{key} is set"
    if embedded:
        yield EMBEDDED, "installed here"


def _offers(front: "Front", typed: str) -> Iterator[Offer]:
    return matching(typed, _found(front).items())


def _found(front: "Front") -> dict[str, str]:
    settings = front.assembled.settings
    last = None if settings.private else last_model(front.assembled.paths)
    return dict(usable(os.environ, last, embedded=is_installed(), local=settings.local))


def _in_use(front: "Front") -> str:
    return visible(f"{front.assembled.model.name} ({_why(front)})")


def _why(front: "Front") -> str:
    used = front.assembled.model
    return f"{used.why}, at {front.assembled.agent.redact(used.address)}" if used.address else used.why


COMMANDS = (
    Command("model", "[NAME]", "show the model, or take another in mid-session", model, offers=_offers),
    Command("models", "", "list the models that can be taken now", list_models),
)
