"""The model that answers now; whoever holds it follows when the user takes another."""

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

from interpreter.core.errors import ModelFailed
from interpreter.core.messages import Message
from interpreter.core.ports import Delta, Usage
from interpreter.llm.catalog import facts_of
from interpreter.models import Starts, Surroundings, build_model, check_reachable, instead, is_file
from interpreter.settings import Settings


class ModelInUse:
    """A model that can be changed between turns.

    Built as `build_model` does it, and with its errors.
    """

    def __init__(self, settings: Settings, around: Surroundings, last_used: str | None) -> None:
        self._around = around
        self._settings = settings
        self._built = build_model(settings, around, last_used)
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
        facts = facts_of(self._built.name)
        return self._settings.context_window or (facts.context if facts else None)

    def cost(self, usage: Usage) -> float | None:
        """Dollars; None where the price is not known. A model of this machine costs nothing."""
        if is_file(self._built.name):
            return 0.0
        facts = facts_of(self._built.name)
        return facts.cost(usage) if facts else None

    @property
    def address(self) -> str | None:
        """The address that the user gave for it, if there was one."""
        return self._settings.api_base

    @property
    def lasting_name(self) -> str | None:
        """The name to begin the next chat with, from any folder; None where a name is not enough."""
        if self.address is not None:
            return None
        if self._built.name.lower().endswith(".gguf"):
            # The link's own name is kept.
            return os.path.abspath(os.path.expanduser(self._built.name))  # noqa: PTH100, PTH111
        return self._built.name

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        """As `Model.stream`."""
        return self._built.model.stream(system, messages)

    def warm(self) -> None:
        """Import and connect in the background what the first request needs."""
        threading.Thread(target=self._built.model.warm, name="warm-model", daemon=True).start()

    def close(self) -> None:
        """Let go of connections and processes."""
        self._built.model.close()

    def change(self, name: str) -> None:
        """Take another model; raises InterpreterError, and keeps the old one, where there is none of that name.

        A server that the user named stays the one that is asked, unless the new model is a file.
        """
        settings = instead(self._first, name)
        check_reachable(settings, self._around.environ)
        built = build_model(settings, replace(self._around, progress=self._advance), None)
        old, self._built, self._settings = self._built, replace(built, why="chosen with %model"), settings
        old.model.close()
        self.warm()

    def _advance(self, done: int, total: int) -> None:
        if self._around.token.is_set:
            raise ModelFailed("The new model was not made ready: it was stopped.", "The one before goes on.")
        self._around.progress(done, total)
