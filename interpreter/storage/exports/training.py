"""Conversations as training data: the chat format that OpenAI's fine-tuning and TRL's SFTTrainer read."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Literal, TypeAlias, assert_never

from interpreter.core.feedback import describe, plain
from interpreter.core.messages import Execution, Instruction, Message, Reply
from interpreter.storage.sessions.session_reader import Mark

Wanted: TypeAlias = Literal["good", "bad", "any"]
Turn: TypeAlias = tuple[int, list[Message]]
"""The number of its instruction, and its messages."""


def chosen(path: Sequence[tuple[int, Message]], marks: Mapping[int, Mark], wanted: Wanted | None) -> list[Message]:
    """What of a conversation is taught: all of it, or up to the last turn with the mark that is wanted.

    Of what is to be taught as good, the turns that were marked bad are left out. Empty where no turn has the mark.
    """
    turns = _turns(path)
    if wanted is None:
        return [message for _, turn in turns for message in turn]
    marked = [i for i, (number, _) in enumerate(turns) if number in marks and _fits(marks[number], wanted)]
    kept = turns[: marked[-1] + 1] if marked else []
    is_bad = {number for number, mark in marks.items() if not mark.good and wanted == "good"}
    return [message for number, turn in kept if number not in is_bad for message in turn]


def as_example(messages: Sequence[Message], system: str = "") -> dict[str, Any] | None:
    """One line of the file: the system prompt if there is one, then user and assistant in turn, the assistant last.

    An execution is told as it is told to the model. None where the model has said nothing.
    """
    said = [(role, text) for role, text in _told(messages) if text.strip()]
    chat = [
        {"role": role, "content": "\n\n".join(text for _, text in group)}
        for role, group in groupby(said, key=lambda pair: pair[0])
    ]
    while chat and chat[0]["role"] != "user":
        del chat[0]
    while chat and chat[-1]["role"] != "assistant":
        del chat[-1]
    head = [{"role": "system", "content": plain(system)}] if system.strip() else []
    return {"messages": [*head, *chat]} if chat else None


def _told(messages: Sequence[Message]) -> Iterator[tuple[str, str]]:
    instruction = ""
    for message in messages:
        match message:
            case Instruction(text):
                instruction = text
                yield "user", plain(text)
            case Reply(text, block):
                yield "assistant", plain(text if text.strip() or block is None else block.fenced)
            case Execution():
                yield "user", describe(message, instruction, small=False)
            case _:
                assert_never(message)


def _turns(path: Sequence[tuple[int, Message]]) -> list[Turn]:
    turns: list[Turn] = []
    for number, message in path:
        if isinstance(message, Instruction) or not turns:
            turns.append((number, []))
        turns[-1][1].append(message)
    return turns


def _fits(mark: Mark, wanted: Wanted) -> bool:
    return wanted == "any" or mark.good is (wanted == "good")
