"""A conversation retold for a small model: it repeats its own mistakes, so it sees what went wrong and not how."""

import re
from collections.abc import Sequence
from dataclasses import replace

from interpreter.core.corrections import without_corrected
from interpreter.core.feedback import LESSONS, output_text, plain, printed_error, why_nothing
from interpreter.core.messages import Correction, Execution, Failure, Instruction, Message, Reply

_MODULE = re.compile(r"No module named '([\w.]+)'")
_CURES = tuple(
    (re.compile(pattern), cure)
    for pattern, cure in (
        (r"^FileNotFoundError|No such file", "Open a file that exists."),
        (r"^NameError", "Define or import it first."),
        (r"^(?:KeyError|IndexError)", "Print the data first to see its form."),
        (r"^JSONDecodeError: Extra data", "It is one JSON object a line: use json.loads(line) for each line."),
        (
            r"^TypeError: .*(?:'str'|str |non-int)",
            "What is read from a file is text: convert it with int() or float().",
        ),
        (r"^ValueError: (?:invalid literal|could not convert)", "Skip the header and the lines that hold no number."),
        (r"^ValueError: time data", "Look at the form of the dates again."),
        (r"codec can't decode", "Open the file with encoding='latin-1'."),
        (r"^OperationalError: no such (?:table|column)", "Select sql from sqlite_master to see the tables."),
    )
)
"""What helps against failures that small models run into, by the error's name and message."""


def retold(messages: Sequence[Message]) -> list[Message]:
    """The messages without replies whose block failed, or which were corrected: the instruction says what was wrong.

    A block that the user changed is told as the model's own: told of the change, it repeats what it was told.
    """
    told: list[Message] = []
    lessons: list[str] = []
    was_silent = False
    for message in without_corrected(messages):
        if isinstance(message, Correction):
            if told and isinstance(told[-1], Reply):
                told.pop()
            _teach(told, [*lessons, message.text])
            continue
        if isinstance(message, Instruction):
            lessons, was_silent = [], False
        is_silent = _is_silent(message) and not was_silent
        was_silent = was_silent or is_silent
        is_in_vain = is_silent or (isinstance(message, Execution) and has_failed(message))
        if isinstance(message, Execution) and is_in_vain and isinstance(told[-1], Reply):
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


def has_failed(execution: Execution) -> bool:
    """Whether a block failed, or printed an error instead of a result."""
    return execution.status == "failed" or printed_error(execution)


def is_to_differ(messages: Sequence[Message]) -> bool:
    """Whether the next block must be another one than the last: that was in vain, or the reply was corrected."""
    last = messages[-1] if messages else None
    if not isinstance(last, Execution):
        return isinstance(last, Correction)
    start = max((at for at, each in enumerate(messages) if isinstance(each, Instruction)), default=0)
    return has_failed(last) or (_is_silent(last) and not any(map(_is_silent, messages[start:-1])))


def _is_silent(message: Message) -> bool:
    """Whether it is a block that printed nothing because of its condition.

    The first of a turn is likely to be wrong about the form of the data; after a second one there may be nothing to
    print.
    """
    return isinstance(message, Execution) and bool(why_nothing(message))


def _lesson(execution: Execution) -> str:
    if why := why_nothing(execution):
        return f"Nothing was printed, since {why}. Print the data first to see its form."
    failures = [f"{output.name}: {output.message}" for output in execution.outputs if isinstance(output, Failure)]
    error = failures[-1] if failures else plain(output_text(execution.outputs)).strip() or execution.note
    if match := _MODULE.search(error):
        return f"There is no {match[1]} here: import only csv, json, sqlite3 and other modules of Python itself."
    if not error:
        return "The code failed."
    cure = next((cure for pattern, cure in _CURES if pattern.search(error)), "")
    return f"{error} {cure}".strip()
