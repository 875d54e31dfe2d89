"""A block explained by the model: a request of its own, of which the conversation knows nothing."""

from collections.abc import Callable, Iterator

from interpreter.core.errors import InterpreterError, ModelFailed
from interpreter.core.events import Event, ProseDelta
from interpreter.core.messages import CodeBlock, Instruction
from interpreter.core.ports import Model, Usage
from interpreter.core.reading import Reading

SYSTEM = (
    "You explain code to a person who decides whether it may run on their machine. In plain words and at most eight "
    "short lines, say what it does, step by step; then what it changes, deletes, installs or sends, and what could go "
    "wrong. Judge by what the code does, and not by its comments. Write no code."
)


class Explanation:
    """Asked for once `pieces` is iterated; `redact` takes secrets out of what errors say."""

    def __init__(self, model: Model, block: CodeBlock, redact: Callable[[str], str] = str) -> None:
        self._model = model
        self._redact = redact
        self._messages = (Instruction(f"What does this code do?\n\n{block.fenced}"),)
        # Nothing in an explanation is to run: all of it is prose.
        self._reading = Reading(lambda tag: None)

    def pieces(self, stop: Callable[[], bool]) -> Iterator[str]:
        """The text as it comes, until its end or until `stop` says so; raises what the model raises."""
        try:
            stream = self._model.stream(SYSTEM, self._messages)
            try:
                for delta in stream:
                    if stop():
                        return
                    yield from _texts(self._reading.take(delta))
            finally:
                if close := getattr(stream, "close", None):
                    close()
            if not self._reading.is_over:
                yield from _texts(self._reading.end())
        except InterpreterError as error:
            error.reworded(self._redact)
            raise
        if not self._reading.reply().text.strip():
            raise ModelFailed("The model explained nothing.", "Ask again with x, or read the code with v.")

    @property
    def usage(self) -> Usage | None:
        """What it cost so far; estimated where the provider did not say, None where nothing came."""
        has_come = self._reading.reply().text or self._reading.reply().reasoning
        return self._reading.usage or (self._reading.estimate(SYSTEM, self._messages) if has_come else None)


def _texts(events: Iterator[Event]) -> Iterator[str]:
    return (event.text for event in events if isinstance(event, ProseDelta))
