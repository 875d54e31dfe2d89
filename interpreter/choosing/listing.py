"""What can be taken, as one list, and which of it would be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from interpreter.choosing.here import Here
from interpreter.choosing.offer import EMBEDDED, Offer, of_provider, of_providers, of_the_others
from interpreter.choosing.order import Chosen, find_model, is_file
from interpreter.core.errors import InterpreterError
from interpreter.settings import Settings


@dataclass(frozen=True, slots=True)
class Listing:
    """The models, the best of each place first; `left_out` is how many more `--all` would show.

    `next` is what a chat would begin with, None where there is nothing; `once` what a single instruction would take.
    """

    offers: tuple[Offer, ...]
    next: Chosen | None
    once: Chosen | None
    last_used: str | None
    left_out: int = 0


def listing(settings: Settings, here: Here, last_used: str | None, today: date, *, all_models: bool = False) -> Listing:
    """What there is, with a look at this machine; asks nobody else."""
    environ = here.environ
    near = (*here.servers, *here.files, *here.embedded)
    offered = () if settings.local else tuple(of_providers(environ, today, all_models=all_models))
    others = tuple(of_the_others(environ)) if all_models and not settings.local else ()
    left_out = 0
    if not settings.local and not all_models:
        left_out = sum(1 for _ in of_providers(environ, today, all_models=True)) - len(offered)
        left_out += sum(1 for _ in of_the_others(environ))
    offers = (*offered, *near, *others)
    return Listing(
        (*_besides(last_used, offers, settings), *offers),
        _found(settings, here, last_used),
        _found(settings, here, None),
        last_used,
        left_out,
    )


def names(here: Here, last_used: str | None, today: date, *, local: bool = False) -> tuple[str, ...]:
    """What can be typed behind `-m`, quickly; for completion."""
    offers = () if local else tuple(of_providers(here.environ, today))
    found = (offer.name for offer in (*offers, *here.servers, *here.files, *here.embedded))
    return tuple(dict.fromkeys((*([last_used] if last_used else []), *found)))


def is_meant(offer: Offer, name: str | None) -> bool:
    """Whether a model's name, as it was found or given, is that of the offer."""
    return name is not None and name in (offer.name, str(offer.path))


def as_record(offer: Offer, listed: Listing) -> Mapping[str, object]:
    """The offer for programs: prices in dollars a million tokens, sizes in bytes, context in tokens."""
    chosen = listed.next
    is_next = chosen is not None and is_meant(offer, chosen.name)
    return {
        "name": offer.name,
        "kind": offer.kind,
        "where": offer.where,
        "address": offer.address,
        "path": str(offer.path) if offer.path else None,
        "context": offer.context,
        "input_price": offer.input_price,
        "output_price": offer.output_price,
        "sees_images": offer.sees_images,
        "size": offer.size,
        "is_usable": offer.is_usable,
        "is_here": offer.is_here,
        "is_loaded": offer.is_loaded,
        "is_used_last": is_meant(offer, listed.last_used),
        "is_next": is_next,
        "why": chosen.why if chosen is not None and is_next else None,
    }


def _found(settings: Settings, here: Here, last_used: str | None) -> Chosen | None:
    try:
        return find_model(settings, here, last_used)
    except InterpreterError:
        return None


def _besides(last_used: str | None, offers: tuple[Offer, ...], settings: Settings) -> tuple[Offer, ...]:
    """The model of the last chat, where no list has it."""
    if last_used is None or settings.local or any(is_meant(offer, last_used) for offer in offers):
        return ()
    if is_file(last_used):
        kind = "embedded" if last_used == EMBEDDED else "file"
        return () if kind == "embedded" else (Offer(last_used, "file", "used last", is_here=True),)
    return (of_provider(last_used, "used last"),)
