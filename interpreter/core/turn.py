"""What ends a turn, read off its messages."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from interpreter.core.errors import ModelFailed
from interpreter.core.events import TurnReason
from interpreter.core.messages import Execution, Failure, Message, Reply
from interpreter.core.reading import Reading

TRIES = 3
"""The same block failing the same way this often is a loop without progress."""

BLIND_TRIES = 6
"""So is the same failure of whatever blocks, this often in a row; and the same block with the same output in a turn."""


def repeats_success(messages: Sequence[Message]) -> bool:
    """The last reply only sends the block again that has just succeeded."""
    last = messages[-1]
    done = next((message for message in reversed(messages) if isinstance(message, Execution)), None)
    return done is not None and done.status == "ok" and isinstance(last, Reply) and last.block == done.block


def is_stuck(messages: Sequence[Message]) -> bool:
    """The turn goes round in circles: `TRIES` and `BLIND_TRIES` say how often; asked after every execution."""
    last = messages[-1]
    if isinstance(last, Execution) and last.status == "ok":
        return (
            sum(message == replace(last, seconds=message.seconds) for message in _executions(messages)) >= BLIND_TRIES
        )
    recent = _executions(messages)[-BLIND_TRIES:]
    if len(recent) == BLIND_TRIES and len({(each.status, _cause(each)) for each in recent}) == 1:
        return True
    failures = Counter(
        (message.block, message.status, _cause(message))
        for message in messages
        if isinstance(message, Execution) and message.status != "ok"
    )
    return any(count >= TRIES for count in failures.values())


def after_refusal(reason: str, by: Literal["user", "policy", "nobody"]) -> TurnReason | None:
    """Whether a refusal ends the turn: words go back to the model, and so does a rule."""
    if by == "nobody":
        return "unapproved"
    return "refused" if by == "user" and not reason else None


def check(reply: Reply, reading: Reading, before: Sequence[Message]) -> None:
    """Raises ModelFailed when the reply is no answer: cut inside code, filtered away, or empty.

    An empty reply after a success is an answer: the output speaks for itself.
    """
    if reply.block is None and reading.was_cut_in_code:
        raise ModelFailed(
            "The reply was cut off inside a block of code, so nothing of it was run.",
            "Allow longer replies with --max-output-tokens, or ask for a smaller step.",
        )
    if reading.finish == "filter" and reply.block is None:
        raise ModelFailed(
            "The provider's content filter stopped the reply.", "Say it differently, or use another model."
        )
    last = before[-1]
    if not reply.text.strip() and not (isinstance(last, Execution) and last.status == "ok"):
        raise ModelFailed("The model sent an empty reply.", "Say it differently, or use another model with --model.")


def cut(reply: Reply, reading: Reading) -> str:
    """What the user should know of an answer that is not whole; empty for one that is."""
    if reply.block is not None or reading.finish != "length":
        return ""
    if reading.repeats:
        return "The answer repeated itself and was stopped."
    return "The answer was cut off where it was at its longest: ask to go on, or raise --max-output-tokens."


def _executions(messages: Sequence[Message]) -> list[Execution]:
    return [message for message in messages if isinstance(message, Execution)]


def _cause(execution: Execution) -> str:
    failures = [f"{output.name}: {output.message}" for output in execution.outputs if isinstance(output, Failure)]
    return "\n".join(failures) or execution.note
