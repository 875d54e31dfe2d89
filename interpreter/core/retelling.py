"""A conversation retold for a small model: it repeats its own mistakes, so it sees what went wrong and not how."""

import re
from collections.abc import Sequence
from dataclasses import replace

from interpreter.core.feedback import LESSONS
from interpreter.core.messages import Execution, Failure, Instruction, Message, Reply

_MODULE = re.compile(r"No module named '([\w.]+)'")
_HINTS = {
    "FileNotFoundError": "Find the right name with os.listdir().",
    "NameError": "Define or import it first.",
    "KeyError": "Print the data first to see its form.",
    "IndexError": "Print the data first to see its form.",
}


def retold(messages: Sequence[Message]) -> list[Message]:
    """The messages without replies whose block failed; what went wrong stands in the instruction instead.

    A block that the user changed is told as the model's own: told of the change, it repeats what it was told.
    """
    told: list[Message] = []
    lessons: list[str] = []
    for message in messages:
        if isinstance(message, Instruction):
            lessons = []
        if isinstance(message, Execution) and message.status == "failed" and isinstance(told[-1], Reply):
            told.pop()
            lessons = list(dict.fromkeys([*lessons, _lesson(message)]))
            _teach(told, lessons)
        elif isinstance(message, Execution) and message.edited and isinstance(reply := told[-1], Reply):
            told[-1] = replace(reply, text=message.block.fenced, block=message.block)
            told.append(replace(message, edited=False))
        else:
            told.append(message)
    return told


def _teach(told: list[Message], lessons: Sequence[str]) -> None:
    start = max(i for i, message in enumerate(told) if isinstance(message, Instruction))
    instruction = told[start]
    assert isinstance(instruction, Instruction)
    task = instruction.text.split(LESSONS)[0]
    told[start] = replace(instruction, text=task + LESSONS + "\n".join(f"- {lesson}" for lesson in lessons))


def _lesson(execution: Execution) -> str:
    failures = [output for output in execution.outputs if isinstance(output, Failure)]
    if not failures:
        return execution.note or "The code failed."
    failure = failures[-1]
    if match := _MODULE.search(failure.message):
        return f"There is no {match[1]} here: import only csv, json, sqlite3 and other modules of Python itself."
    return f"{failure.name}: {failure.message} {_HINTS.get(failure.name, '')}".strip()
