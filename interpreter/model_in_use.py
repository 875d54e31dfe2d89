"""The model that answers now; whoever holds it follows when the user takes another."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from interpreter.asking.compacting import Context, Keep, nowhere
from interpreter.asking.money import Ledger
from interpreter.asking.treated import treated
from interpreter.choosing.order import Chosen, check_key, find_model, is_file, meaning
from interpreter.core.errors import ModelFailed
from interpreter.core.messages import Message
from interpreter.core.ports import Delta, Model, OwnModel, Usage
from interpreter.llm.catalog import facts_of
from interpreter.llm.own_model import OwnModelAdapter
from interpreter.models import Starts, Surroundings, build_model, instead, own_model
from interpreter.prices import Priced, within_budget
from interpreter.settings import Settings


class ModelInUse:
    """A model that can be changed between turns; each is treated the same, and `ledger` counts on.

    Built as `build_model` does it, and with its errors, or around an object of the user's; WrongUsage for a budget that
    cannot be kept. `keep` keeps what no longer fits where code can read it, `variables` tells in a line what lives in
    the kernel.
    """

    def __init__(
        self,
        settings: Settings,
        around: Surroundings,
        last_used: str | None,
        *,
        own: OwnModel | None = None,
        keep: Keep = nowhere,
        variables: Callable[[], str] = lambda: "",
    ) -> None:
        self._around = around
        self._keep, self._variables = keep, variables
        self.ledger = Ledger()
        self._settings = settings
        if own is not None:
            self._built = own_model(own, settings, around)
            if self._own is not None and self._own.cost(Usage(1, 1)) is None:
                self._settings = within_budget(settings, self._built.name, is_free=False)
        elif settings.max_budget is not None:
            chosen = find_model(settings, around.here, last_used)
            self._settings = within_budget(settings, chosen.name, is_free=_is_free(chosen))
        if own is None:
            self._built = build_model(self._settings, around, last_used)
        self._treated = self._treat()
        # What is given for a model is given for this one: a key must not go to another's provider.
        self._first = replace(settings, model=self._built.name)

    @property
    def name(self) -> str:
        """As the user would name it."""
        return self._built.model.name

    @property
    def why(self) -> str:
        """Where it was chosen."""
        return self._built.why

    @property
    def said(self) -> str:
        """What is to be said aloud of the choice, if it was not the user's."""
        return self._built.said

    @property
    def is_small(self) -> bool:
        """Whether it needs few words and much help."""
        return self._built.is_small

    @property
    def is_starting(self) -> bool:
        """Whether it is being loaded on this machine now."""
        model = self._built.model
        return isinstance(model, Starts) and model.is_starting

    @property
    def sees_images(self) -> bool:
        """Whether pictures may be sent."""
        return self._built.model.sees_images

    @property
    def context(self) -> int | None:
        """The tokens that it can see, request and reply together; None where that is not known."""
        if known := self._settings.context_window or self._built.context:
            return known
        facts = facts_of(self._built.name)
        return facts.context if facts else None

    def cost(self, usage: Usage) -> float | None:
        """Dollars; None where the price is not known. A model of this machine costs nothing."""
        told = self._own.cost(usage) if self._own is not None else None
        return self._priced.cost(usage) if told is None else told

    @property
    def _own(self) -> OwnModelAdapter | None:
        model = self._built.model
        return model if isinstance(model, OwnModelAdapter) else None

    @property
    def address(self) -> str | None:
        """The address that the user gave for it, if there was one."""
        return self._settings.api_base

    @property
    def lasting_name(self) -> str | None:
        """The name to begin the next chat with, from any folder; None where a name is not enough."""
        if self.address is not None or self._own is not None:
            return None
        if self._built.name.lower().endswith(".gguf"):
            # The link's own name is kept.
            return os.path.abspath(os.path.expanduser(self._built.name))  # noqa: PTH100, PTH111
        return self._built.name

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        """As `Model.stream`."""
        return self._treated.stream(system, messages)

    def warm(self) -> None:
        """Import and connect in the background what the first request needs."""
        threading.Thread(target=self._built.model.warm, name="warm-model", daemon=True).start()

    def close(self) -> None:
        """Let go of connections and processes."""
        self._built.model.close()

    def change(self, name: str) -> None:
        """Take another model, by its name or a part of it; raises InterpreterError, and keeps the old one, for none.

        A server that the user named stays the one that is asked, unless the new model is a file.
        """
        around = self._around
        given = replace(self._first, api_base=None) if is_file(name) else self._first
        chosen = meaning(name, given, around.here, "")
        settings = _with_its_own_price(instead(self._first, chosen.name), chosen.name)
        check_key(settings.model or "", settings, around.environ)
        settings = within_budget(settings, chosen.name, is_free=_is_free(chosen))
        built = build_model(settings, replace(self._around, progress=self._advance), None)
        old, self._built, self._settings = self._built, replace(built, why="chosen with %model"), settings
        self._treated = self._treat()
        old.model.close()
        self.warm()

    def _treat(self) -> Model:
        """The model with all that happens to a request on its way to it."""
        settings, built = self._settings, self._built
        # an address that is there for other models says nothing of the price of one's own
        self._priced = Priced(
            built.name, settings if self._own is None else replace(settings, api_base=None), built.is_free
        )
        context = Context(
            window=lambda: self.context,
            output=settings.max_output_tokens or built.longest,
            keep=self._keep,
            variables=self._variables,
            # A small one reads slowly and writes poor notes: the mechanical ones are there at once.
            summarises=not built.is_small,
        )
        return treated(
            built.model,
            self._around.token,
            self.ledger,
            self.cost,
            context,
            small=built.is_small,
            budget=settings.max_budget,
            longest=settings.max_output_tokens or 0,
        )

    def _advance(self, done: int, total: int) -> None:
        if self._around.token.is_set:
            raise ModelFailed("The new model was not made ready: it was stopped.", "The one before goes on.")
        self._around.progress(done, total)


def _with_its_own_price(settings: Settings, name: str) -> Settings:
    """The settings without the price that was given for another model, where this one's is known."""
    facts = facts_of(name)
    return replace(settings, input_price=None, output_price=None) if facts and facts.input_price else settings


def _is_free(chosen: Chosen) -> bool:
    """Whether what was chosen runs on this machine."""
    return is_file(chosen.name) or (chosen.offer is not None and chosen.offer.is_here)
