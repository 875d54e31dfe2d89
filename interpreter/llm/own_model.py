"""A model of the user's own: any object with `stream(system, messages)`, made to keep what every model owes."""

import inspect
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import Any, get_args

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import InterpreterError, ModelFailed, WrongUsage
from interpreter.core.messages import Message
from interpreter.core.ports import Delta, Finished, OwnModel, TextDelta, Usage
from interpreter.llm.foreign import first_line
from interpreter.llm.limits import within_limits
from interpreter.llm.pump import pumped

CURE = "That is code of your own: the exception is chained to this one."


class OwnModelAdapter:
    """The object as a `Model`; what it leaves out has a sensible value.

    Its `stream` is called in a thread of its own, so that a turn can be stopped while it waits. Time limits are in
    seconds of silence. Raises WrongUsage for an object that cannot answer.
    """

    def __init__(
        self, model: OwnModel, *, cancel: CancelToken, first_token_timeout: float = 60.0, gap_timeout: float = 60.0
    ) -> None:
        check(model)
        self._model: Any = model
        self._cancel = cancel
        self._limits = (first_token_timeout, gap_timeout)

    @property
    def name(self) -> str:
        """Its own, or that of its class."""
        return str(getattr(self._model, "name", "") or type(self._model).__name__)

    @property
    def sees_images(self) -> bool:
        """What it says; no, where it says nothing."""
        return bool(getattr(self._model, "sees_images", False))

    @property
    def context(self) -> int | None:
        """Tokens that it can see; None where it does not say."""
        context = getattr(self._model, "context", None)
        return context if isinstance(context, int) else None

    def cost(self, usage: Usage) -> float | None:
        """Dollars; None where it does not say."""
        told = self._optional("cost", usage)
        return None if told is None else float(told)

    def warm(self) -> None:
        """Its own `warm`, if it has one; what that raises, the next reply will raise better."""
        try:
            self._optional("warm")
        except ModelFailed:
            return

    def close(self) -> None:
        """Its own `close`, if it has one; what that raises changes nothing any more."""
        try:
            self._optional("close")
        except ModelFailed:
            return

    def stream(self, system: str, messages: Sequence[Message]) -> Generator[Delta, None, None]:
        """Ask for the next reply; see `Model.stream`."""
        with (
            closing(pumped(lambda: self._reply(system, messages), self._cancel, lambda: None)) as deltas,
            closing(within_limits(deltas, *self._limits)) as timely,
        ):
            yield from timely

    def _reply(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        is_finished = False
        pieces: Iterator[Any] = iter(())
        try:
            told = self._model.stream(system, tuple(messages))
            pieces = iter([told] if isinstance(told, str) else told)
            for piece in pieces:
                delta = self._delta(piece)
                yield delta
                is_finished = is_finished or isinstance(delta, Finished)
        except InterpreterError:
            raise
        except Exception as error:
            raise self._failed(error) from error
        finally:
            if close := getattr(pieces, "close", None):
                close()
        if not is_finished:
            yield Finished("stop")

    def _delta(self, piece: Any) -> Delta:
        if isinstance(piece, str):
            return TextDelta(piece)
        if isinstance(piece, get_args(Delta)):
            delta: Delta = piece
            return delta
        raise ModelFailed(
            f"{self.name} yielded {type(piece).__name__}, which is no part of a reply.",
            "Its stream() is to yield str, or deltas from interpreter.types.",
        )

    def _optional(self, name: str, *arguments: Any) -> Any:
        method = getattr(self._model, name, None)
        if not callable(method):
            return None
        try:
            return method(*arguments)
        except Exception as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> ModelFailed:
        words = first_line(str(error))
        return ModelFailed(f"{self.name} failed: {type(error).__name__}{f': {words}' if words else ''}", CURE)


def check(model: object) -> None:
    """Raises WrongUsage for what cannot answer, before anything is started."""
    stream = getattr(model, "stream", None)
    if isinstance(model, type):
        raise WrongUsage(f"model={model.__name__} is a class.", f"Pass one of it: model={model.__name__}().")
    if not callable(stream):
        raise WrongUsage(
            f"model= takes a name, or an object with stream(system, messages); {type(model).__name__} has none.",
            "Give it that method: a generator that yields the reply's text in pieces.",
        )
    if inspect.iscoroutinefunction(stream) or inspect.isasyncgenfunction(stream):
        raise WrongUsage(
            f"{type(model).__name__}.stream is asynchronous.",
            "Make it an ordinary generator; asyncio.run() inside it is fine, since it has a thread of its own.",
        )


def is_own(model: object) -> bool:
    """Whether `model=` was given something else than a name."""
    return model is not None and not isinstance(model, str)
