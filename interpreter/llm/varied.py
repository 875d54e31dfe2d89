"""A small model that is helped out of its mistakes: at temperature 0 it only says the same again."""

from collections.abc import Iterator, Sequence

from interpreter.core.messages import Execution, Message
from interpreter.core.ports import Delta
from interpreter.core.retelling import retold
from interpreter.llm.openai_model import OpenAIModel


class Varied:
    """One model at two temperatures: `calm` for each new step, `lively` right after a block that failed.

    It is told what failed, but does not see the failing block again.
    """

    def __init__(self, calm: OpenAIModel, lively: OpenAIModel) -> None:
        self._calm = calm
        self._lively = lively
        self.name = calm.name
        self.sees_images = calm.sees_images

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        """Ask for the next reply; see `Model.stream`."""
        last = messages[-1] if messages else None
        has_failed = isinstance(last, Execution) and last.status == "failed"
        return (self._lively if has_failed else self._calm).stream(system, retold(messages))

    def close(self) -> None:
        """Give the connections back."""
        self._calm.close()
        self._lively.close()
