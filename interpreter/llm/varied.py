"""A small model that is helped out of its mistakes: at temperature 0 it only says the same again."""

from collections.abc import Iterator, Sequence

from interpreter.core.corrections import THE_EXAMPLE, without_example
from interpreter.core.feedback import gave_nothing
from interpreter.core.messages import Correction, Execution, Instruction, Message
from interpreter.core.ports import Delta, Finished, Noted, TextDelta, Usage, UsageDelta
from interpreter.core.repairs import Repair, repair
from interpreter.core.retelling import has_failed, is_to_differ, retold
from interpreter.llm.named_files import NamedFiles
from interpreter.llm.openai_model import OpenAIModel


class Varied:
    """One model at two temperatures: `calm` for each new step, `lively` after a failed block or a corrected reply.

    It is told what failed, but does not see the failing block again. Then `files` tells it of those that the
    instruction names; None where code runs elsewhere than the program. A block that can be repaired without it is.
    """

    def __init__(self, calm: OpenAIModel, lively: OpenAIModel, files: NamedFiles | None = None) -> None:
        self._calm = calm
        self._lively = lively
        self._files = files
        self.name = calm.name
        self.sees_images = calm.sees_images

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        """Ask for the next reply; see `Model.stream`."""
        if repaired := self._repaired(messages):
            return iter(_told(repaired))
        last = messages[-1] if messages else None
        if isinstance(last, Correction) and last.text == THE_EXAMPLE:
            system = without_example(system)
        told = retold(self._with_files(messages))
        # One seed for each try: the turn can be repeated, and yet no try is like the one before.
        if is_to_differ(messages):
            return self._lively.stream(system, told, seed=len(messages))
        return self._calm.stream(system, told)

    def _with_files(self, messages: Sequence[Message]) -> Sequence[Message]:
        """The last instruction with the files that it names, once a block of its turn was in vain.

        Told before its first block, a model of half a billion parameters takes what it sees for variables.
        """
        start = _start(messages)
        if self._files is None or not any(map(_was_in_vain, messages[start + 1 :])):
            return messages
        instruction = messages[start]
        assert isinstance(instruction, Instruction)
        return [*messages[:start], self._files.told(start, instruction), *messages[start + 1 :]]

    def _repaired(self, messages: Sequence[Message]) -> Repair | None:
        """The last block without its mistake, unless that has been tried in this turn."""
        last = messages[-1] if messages else None
        if not isinstance(last, Execution) or last.edited:
            return None
        found = repair(last, self._files)
        tried = (each.block for each in messages[_start(messages) :] if isinstance(each, Execution))
        return found if found is not None and found.block not in tried else None

    def close(self) -> None:
        """Give the connections back."""
        self._calm.close()
        self._lively.close()


def _told(repaired: Repair) -> list[Delta]:
    """The reply that the model would give if it were larger."""
    return [
        Noted(f"Repaired without asking the model: {repaired.what}."),
        TextDelta(f"{repaired.block.fenced}\n"),
        UsageDelta(Usage()),
        Finished("stop"),
    ]


def _start(messages: Sequence[Message]) -> int:
    """Where the turn begins; -1 where there is none."""
    return max((at for at, each in enumerate(messages) if _is_of_user(each)), default=-1)


def _is_of_user(message: Message) -> bool:
    return isinstance(message, Instruction) and not isinstance(message, Correction)


def _was_in_vain(message: Message) -> bool:
    """Whether it is a block that failed or printed nothing."""
    return isinstance(message, Execution) and (has_failed(message) or gave_nothing(message))
