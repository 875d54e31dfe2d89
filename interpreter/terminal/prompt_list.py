"""Offers as the prompt lists them: what there is, and beside it what it does."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from interpreter.core.errors import InterpreterError
from interpreter.core.visible import visible
from interpreter.terminal.offers import Offer

Offers = Callable[[str], Iterable[Offer]]


class Offering(Completer):
    """Offers for the text before the cursor."""

    def __init__(self, offers: Offers) -> None:
        self._offers = offers

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        # A kernel that is asked for its variables may be gone: then there is nothing to offer.
        with suppress(InterpreterError):
            for offer in self._offers(document.text_before_cursor):
                shown = visible(offer.shown or offer.text)
                yield Completion(offer.text, -offer.replaces, display=shown, display_meta=visible(offer.effect))
