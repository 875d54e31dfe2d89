"""A small model that is helped out of its mistakes: at temperature 0 it only says the same again."""

from collections.abc import Iterator, Sequence

from interpreter.core.messages import Execution, Instruction, Message
from interpreter.core.ports import Delta
from interpreter.core.retelling import retold
from interpreter.llm.named_files import NamedFiles
from interpreter.llm.openai_model import OpenAIModel


class Varied:
    """One model at two temperatures: `calm` for each new step, `lively` right after a block that failed.

    It is told what failed, but does not see the failing block again. `files` tells it of the files that an
    instruction names; None where code runs elsewhere than the program.
    """

    def __init__(self, calm: OpenAIModel, lively: OpenAIModel, files: NamedFiles | None = None) -> None:
        self._calm = calm
        self._lively = lively
        self._files = files
        self.name = calm.name
        self.sees_images = calm.sees_images

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        """Ask for the next reply; see `Model.stream`."""
        last = messages[-1] if messages else None
        has_failed = isinstance(last, Execution) and last.status == "failed"
        return (self._lively if has_failed else self._calm).stream(system, retold(self._with_files(messages)))

    def _with_files(self, messages: Sequence[Message]) -> Sequence[Message]:
        files = self._files
        if files is None:
            return messages
        return [files.told(at, each) if isinstance(each, Instruction) else each for at, each in enumerate(messages)]

    def close(self) -> None:
        """Give the connections back."""
        self._calm.close()
        self._lively.close()
