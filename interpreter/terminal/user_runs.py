"""Code that the user runs from the prompt: nobody is asked, and the model sees it only where the user says so."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

from interpreter.core.agent import Agent
from interpreter.core.errors import InterpreterError
from interpreter.core.events import ErrorRaised, Event, ExecutionStarted, MessageAdded, TurnEnded
from interpreter.core.feedback import SMALL_HEAD, SMALL_TAIL, describe, shorten
from interpreter.core.messages import CodeBlock, Execution, Message
from interpreter.core.outputs import Outputs
from interpreter.core.ports import Ended


@dataclass(slots=True)
class UserRuns:
    """What the user ran, each with the number of messages before it."""

    _runs: list[tuple[int, Execution]] = field(default_factory=list)

    def keep(self, execution: Execution, after: int) -> None:
        """One more, which stands behind so many messages of the conversation."""
        self._runs.append((after, execution))

    def among(self, messages: Sequence[Message]) -> tuple[Message, ...]:
        """The messages of the conversation with these runs between them: all that happened, in its order."""
        everything: list[Message] = []
        done = 0
        for after, execution in self._runs:
            everything += [*messages[done:after], execution]
            done = max(done, min(after, len(messages)))
        return (*everything, *messages[done:])

    def forget(self) -> None:
        """Nothing was run."""
        self._runs.clear()


def run_for_user(agent: Agent, block: CodeBlock, keep: Callable[[Execution], None]) -> Generator[Event, None, None]:
    """Run a block without asking or telling anyone but `keep`; closing the iterator early stops it."""
    agent.token.clear()
    outputs, ended = Outputs(), Ended("interrupted", 0.0)
    yield ExecutionStarted(block)
    try:
        ended = yield from agent.run_block(block, outputs)
    except InterpreterError as error:
        yield ErrorRaised(error.reworded(agent.redact))
        yield TurnEnded("failed")
        return
    finally:
        execution = ended.of(block, outputs.all())
        keep(execution)
    yield MessageAdded(execution)
    yield TurnEnded("interrupted" if agent.token.is_set or execution.status == "interrupted" else "answered")


def told(execution: Execution, *, small: bool) -> str:
    """What the model reads of a run, with the next instruction."""
    text = describe(execution, "", small=False)
    shown = shorten(text, SMALL_HEAD, SMALL_TAIL) if small else text
    return f"I have run this myself, in the {execution.block.language} kernel:\n{execution.block.fenced}\n{shown}"
