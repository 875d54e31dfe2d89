"""What can be typed next: an offer, and how commands make theirs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST = 200
"""Offers at once: who does not find it among them types a letter more."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A text for the last `replaces` characters before the cursor; `effect` says what it does, in a few words.

    `shown` is how it is listed, where that differs.
    """

    text: str
    replaces: int
    effect: str = ""
    shown: str = ""


def matching(typed: str, choices: Iterable[tuple[str, str]]) -> Iterator[Offer]:
    """Those of the choices, each with its effect, that begin like the one word that has been typed."""
    for text, effect in choices:
        if text.lower().startswith(typed.lower()):
            yield Offer(text, len(typed), effect)
