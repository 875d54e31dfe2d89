"""One task tried once, by whatever solver: what was answered, whether it is right, what it cost."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Protocol

from interpreter.core.messages import Execution, Message
from tests.evals.task import Outcome, Task


@dataclass(frozen=True)
class Answer:
    """What a solver hands back: the text a person reads, all that led to it, and why it ended."""

    text: str
    messages: Sequence[Message]
    input_tokens: int
    output_tokens: int
    reason: str


class Solver(Protocol):
    """Carries out an instruction in a folder, in about so many seconds at most."""

    def __call__(self, task: str, folder: Path, seconds: float, /) -> Answer:
        """Never raises for what a model or its code did."""
        ...


@dataclass(frozen=True)
class Trial:
    """How one attempt at a task went."""

    task: Task
    answer: Answer
    is_solved: bool
    is_computed: bool
    seconds: float

    @property
    def executions(self) -> list[Execution]:
        """What was run, in order."""
        return _executions(self.answer)


def attempt(task: Task, solver: Solver, seconds: float) -> Trial:
    """Try a task in a fresh folder with its files; a solver that raises has not solved it."""
    with tempfile.TemporaryDirectory(prefix="eval-", ignore_cleanup_errors=True) as place:
        folder = Path(place).resolve()
        task.put_files(folder)
        start = monotonic()
        try:
            answer = solver(task.instruction, folder, seconds)
        except Exception as error:
            # whatever broke, the other tasks are still worth running; the reason tells
            answer = Answer("", (), 0, 0, f"{type(error).__name__}: {error}")
        took = monotonic() - start
        outcome = Outcome(answer.text, folder, _executions(answer), answer.messages)
        return Trial(task, answer, task.is_solved(outcome), task.is_computed(outcome), took)


def _executions(answer: Answer) -> list[Execution]:
    return [message for message in answer.messages if isinstance(message, Execution)]
