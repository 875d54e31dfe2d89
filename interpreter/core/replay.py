"""What a conversation did to its kernels: its blocks run again, in order, and the variables that they made."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

from interpreter.core.agent import Agent
from interpreter.core.errors import InterpreterError
from interpreter.core.events import (
    ErrorRaised,
    Event,
    ExecutionStarted,
    MessageAdded,
    Notice,
    OutputReceived,
    TurnEnded,
)
from interpreter.core.hints import hints
from interpreter.core.messages import CodeBlock, Execution, Message, Variable
from interpreter.core.outputs import Outputs
from interpreter.core.ports import Ended

TOUCHED = 12
"""What stands out in the blocks, at most so much of it."""


@dataclass(frozen=True, slots=True)
class Replay:
    """The blocks to run again, oldest first, and how many cannot be: a secret was in them, and is not kept."""

    blocks: tuple[CodeBlock, ...]
    masked: int = 0

    def touches(self, folder: str = "") -> tuple[str, ...]:
        """What stands out in the blocks, as hints are told, each once."""
        found = dict.fromkeys(hint for block in self.blocks for hint in hints(block, folder))
        return tuple(found)[:TOUCHED]


def plan(
    messages: Sequence[Message],
    runs: Callable[[str], bool],
    is_masked: Callable[[Message], bool] = lambda message: False,
) -> Replay:
    """What of a conversation can be run again: blocks that succeeded, in languages of which `runs` says they do."""
    done = [
        message
        for message in messages
        if isinstance(message, Execution) and message.status == "ok" and runs(message.block.language)
    ]
    return Replay(
        tuple(message.block for message in done if not is_masked(message)),
        sum(is_masked(message) for message in done),
    )


def replayed(agent: Agent, blocks: Sequence[CodeBlock], done: list[CodeBlock]) -> Generator[Event, None, None]:
    """Run blocks again, without asking anyone or telling the model, up to the first that fails.

    `done` takes each that succeeded. What they write is not told again, only how the last one failed.
    """
    agent.token.clear()
    for number, block in enumerate(blocks, 1):
        yield Notice(f"{number}/{len(blocks)} {block.language}: {first_line(block)}")
        outputs = Outputs()
        ended = Ended("interrupted", 0.0)
        yield ExecutionStarted(block)
        try:
            with closing(agent.run_block(block, outputs)) as run:
                ended = _end_of(run)
        except InterpreterError as error:
            yield ErrorRaised(error.reworded(agent.redact))
            yield TurnEnded("failed")
            return
        if ended.status != "ok" or agent.token.is_set:
            yield from (OutputReceived(output) for output in outputs.all())
            yield MessageAdded(ended.of(block, outputs.all()))
            yield TurnEnded("interrupted" if agent.token.is_set else "failed")
            return
        done.append(block)
    yield TurnEnded("answered")


def _end_of(run: Generator[Event, None, Ended]) -> Ended:
    while True:
        try:
            next(run)
        except StopIteration as stop:
            ended: Ended = stop.value
            return ended


def first_line(block: CodeBlock, longest: int = 60) -> str:
    """What a block begins with, in a line."""
    line = next((line.strip() for line in block.code.splitlines() if line.strip()), "")
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def variables_of(messages: Sequence[Message]) -> dict[str, dict[str, Variable]]:
    """The variables that blocks had made, as far as their kernels told, by language and name."""
    known: dict[str, dict[str, Variable]] = {}
    for message in messages:
        if isinstance(message, Execution):
            names = known.setdefault(message.block.language, {})
            if message.status == "died" or "are lost" in message.note:
                names.clear()
            for variable in message.changed:
                if variable.type == "deleted":
                    names.pop(variable.name, None)
                elif variable.type:
                    names[variable.name] = variable
    return {language: names for language, names in known.items() if names}


def ran_in(messages: Sequence[Message]) -> bool:
    """Whether any block of a conversation ran."""
    return any(isinstance(message, Execution) and message.status != "refused" for message in messages)
