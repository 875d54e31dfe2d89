"""The messages of a session, in order: the only owner of what the model is told."""

from collections.abc import Iterable

from interpreter.core.messages import Execution, Instruction, Message, Reply


class Conversation:
    """Grows by turns: an instruction, then replies and executions; undo takes a whole turn back.

    A turn that was broken off may lack its last reply or execution. Adapters merge neighbours of one role, so the
    sequence stays valid for every provider.
    """

    def __init__(self, messages: Iterable[Message] = ()) -> None:
        self._messages = list(messages)

    @property
    def messages(self) -> tuple[Message, ...]:
        """All of it, oldest first."""
        return tuple(self._messages)

    @property
    def turn(self) -> int:
        """The number of the current turn, from 1; 0 before the first instruction."""
        return sum(isinstance(message, Instruction) for message in self._messages)

    @property
    def last_turn(self) -> tuple[Message, ...]:
        """The messages since the last instruction, that one included; empty before the first."""
        return tuple(self._messages[self._start_of_turn() :])

    @property
    def turns(self) -> tuple[tuple[Message, ...], ...]:
        """The messages turn by turn, oldest first."""
        starts = [i for i, message in enumerate(self._messages) if isinstance(message, Instruction)]
        ends = [*starts[1:], len(self._messages)]
        return tuple(tuple(self._messages[start:end]) for start, end in zip(starts, ends, strict=False))

    def add(self, message: Message) -> None:
        """Append a message; an execution must follow the reply that asked for it.

        Raises ValueError when an execution has no reply before it.
        """
        if isinstance(message, Execution) and not (self._messages and isinstance(self._messages[-1], Reply)):
            raise ValueError("an execution needs the reply that asked for it")
        self._messages.append(message)

    def undo(self) -> tuple[Message, ...]:
        """Take the last turn back and return it; empty when there was none."""
        start = self._start_of_turn()
        undone = tuple(self._messages[start:])
        del self._messages[start:]
        return undone

    def restore(self, messages: Iterable[Message]) -> None:
        """Be another conversation from here on."""
        self._messages[:] = messages

    def reset(self) -> None:
        """Forget everything."""
        self._messages.clear()

    def _start_of_turn(self) -> int:
        starts = (i for i in range(len(self._messages) - 1, -1, -1) if isinstance(self._messages[i], Instruction))
        return next(starts, len(self._messages))
