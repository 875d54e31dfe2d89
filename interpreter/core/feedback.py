"""An execution, told to the model."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from interpreter.core.columns import total
from interpreter.core.messages import Display, Execution, Failure, Output, Text, Variable
from interpreter.core.plainest import plainest
from interpreter.core.resolver import resolve
from interpreter.core.silence import printed_by_handlers, why_silent

HEAD, TAIL = 6_000, 6_000
SMALL_HEAD, SMALL_TAIL = 1_500, 1_500
"""Characters of output a model gets: about 3,000 tokens, and 750 where two cores read 50 to 100 tokens a second."""

CARD = 800
"""Characters of the state card, after which it is cut."""
DEFINED = ("function", "type")
"""Types of which the name says all."""

TASK = 400
"""Characters of the instruction that are repeated to a small model."""

FILES = "\n\n[files]\n\n"
"""Stands between an instruction and what a small model is told of the files that it names."""

LESSONS = "\n\nWhat failed before, so do it differently:\n"
"""Stands between an instruction and what a small model is to learn from its failures."""

_ARROWS = re.compile(r"^-+> *\d+ .*$", re.MULTILINE)
"""Where IPython's traceback points at a line; the first is in the block itself."""

SHORT_ERROR = 4
"""Lines: where more was printed, there is a result beside the error."""

_PRINTED_ERROR = re.compile(
    r"^(?:An )?[Ee]rror(?: occurred)?: \D|^[A-Z]\w+Error: |\[Errno \d+\]|No such file or directory|codec can't decode",
    re.MULTILINE,
)

_OPENINGS = {
    "ok": "Output:",
    "failed": "The code failed:",
    "refused": "The user did not allow this code to run.",
    "interrupted": "The user stopped the code.",
    "died": "The code ended its interpreter.",
    "timed_out": "The code took too long and was stopped.",
}


def ask(instruction: str, *, small: bool) -> str:
    """The instruction as the model reads it; a small one guesses unless it is asked for code."""
    if not small:
        return instruction
    body, lessons, learnt = instruction.partition(LESSONS)
    task, _, files = body.partition(FILES)
    return f"{files}Task: {task}{lessons}{learnt}\n\nWrite the Python block for the first step."


def describe(execution: Execution, instruction: str, *, small: bool) -> str:
    """What the model reads after its block; for a small one, with the task and what to do next."""
    head, tail = (SMALL_HEAD, SMALL_TAIL) if small else (HEAD, TAIL)
    outputs = tuple(map(_brief, execution.outputs)) if small else execution.outputs
    gaps = [output.left_out for output in outputs if isinstance(output, Text) and output.left_out]
    text = plain(output_text(outputs))
    shown = shorten(text, head, tail, gaps).strip("\n")
    opening = _OPENINGS[execution.status]
    if execution.status == "ok" and not shown:
        opening = (
            "The code ran and printed nothing. Print what you need to see." if small else "The code ran; no output."
        )
    whole = _whole(execution) if gaps or len(text) > head + tail else ""
    added = total(text) if small and execution.status == "ok" else ""
    parts = [opening, shown, f"Total: {added}" if added else "", whole, execution.note, card(execution.changed)]
    if execution.edited:
        parts.insert(0, f"The user changed the code; what ran was:\n{execution.block.fenced}\n")
    if small:
        parts.append(_next_step(execution, instruction))
    return "\n".join(part for part in parts if part)


def card(changed: tuple[Variable, ...]) -> str:
    """The variables that a block made or changed, in a line that is cut between two of them; empty without any."""
    told: list[str] = []
    for number, variable in enumerate(changed):
        told.append(_in_short(variable))
        if sum(map(len, told)) > CARD and number < len(changed) - 1:
            told.append("…")
            break
    return f"Variables now: {'; '.join(told)}" if told else ""


def _in_short(variable: Variable) -> str:
    """`df DataFrame 5 rows x 3 columns: columns a, b, c`, `total float 12.5`."""
    words = " ".join(part for part in (variable.name, variable.type, variable.size) if part)
    if variable.type in DEFINED or not variable.preview:
        return words
    return f"{words}: {variable.preview}" if variable.size else f"{words} {variable.preview}"


def output_text(outputs: tuple[Output, ...]) -> str:
    """The outputs as one plain text, in order, saying what was left out."""
    parts: list[str] = []
    for output in outputs:
        if parts and not parts[-1].endswith("\n") and not isinstance(output, Text):
            parts.append("\n")
        parts.append(_as_text(output))
    return "".join(parts)


def plain(text: str) -> str:
    """As a terminal would show it in the end, without colours and characters that UTF-8 cannot hold."""
    return resolve(text).replace("\0", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode()


def shorten(text: str, head: int, tail: int, gaps: Sequence[int] = ()) -> str:
    """Whole lines of the first `head` and the last `tail` characters, and how much lies between.

    Only a line that is longer than its part of the room is cut within. `gaps` are the counts that stand in the text
    itself, as marks for what had been left out before: they are told in one sum.
    """
    if len(text) <= head + tail:
        return text
    start, end = head, len(text) - tail
    before, after = text.rfind("\n", 0, head), text.find("\n", end - 1)
    if _line_end(text, head) - before - 1 <= head:
        start = before + 1
    if after >= 0 and after - text.rfind("\n", 0, end - 1) - 1 <= tail:
        end = after + 1
    count = end - start + sum(_more(text, gap, start, end) for gap in gaps)
    return f"{text[:start].rstrip(chr(10))}\n{left_out(count)}\n{text[end:]}"


def left_out(characters: int) -> str:
    """The mark that stands for characters that are not shown."""
    return f"[… {characters:,} characters left out …]"


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _more(text: str, gap: int, start: int, end: int) -> int:
    """What a mark between two places stands for, beyond its own characters and line ends."""
    mark = f"{left_out(gap)}\n"
    at = text.find(mark, start, end)
    return 0 if at < 0 else gap - len(mark) - (at > start)


def _whole(execution: Execution) -> str:
    """How to read what the model was not given."""
    spool = execution.spool
    if spool is None:
        return ""
    path = repr(spool.path)
    how = f"open({path})" if execution.block.language == "python" else path
    kept = f"its first {spool.characters - spool.left_out:,} characters" if spool.left_out else "all of it"
    return f"[{kept}: {how}]"


def _as_text(output: Output) -> str:
    match output:
        case Text(text, _, 0):
            return text
        case Text(text, _, count):
            return f"\n{left_out(count)}\n{text}"
        case Display(data):
            return f"{plainest(data)}\n"
        case Failure(name, message, traceback):
            return f"{traceback or f'{name}: {message}'}\n"
        case _:
            assert_never(output)


def _brief(output: Output) -> Output:
    """A traceback cut down to the line of the block and the error: every token is felt by a small model."""
    if not isinstance(output, Failure):
        return output
    error = f"{output.name}: {output.message}"
    return replace(output, traceback="\n".join([*_ARROWS.findall(output.traceback)[:1], error]))


def _next_step(execution: Execution, instruction: str) -> str:
    instruction = instruction.split(LESSONS)[0].split(FILES)[0]
    task = instruction if len(instruction) <= TASK else f"{instruction[:TASK]}…"
    return f"\nTask: {task}\n{_advice(execution)}"


def _advice(execution: Execution) -> str:
    language = execution.block.language.capitalize()
    # A model of half a billion parameters that is offered another block repeats its last: it is asked for one thing.
    if gave_nothing(execution):
        return f"Write a {language} block that prints the result."
    if printed_error(execution):
        return f"That is an error and no result. Write a different {language} block that works."
    if execution.status == "ok":
        return "Now answer the task in one sentence, without code, in the language of the task."
    return f"Write a different {language} block that works."


def gave_nothing(execution: Execution) -> bool:
    """Whether a block ran and printed nothing."""
    return execution.status == "ok" and not output_text(execution.outputs).strip()


def printed_error(execution: Execution) -> bool:
    """Whether a block caught its error and printed that instead of a result."""
    text = plain(output_text(execution.outputs)).strip() if execution.status == "ok" else ""
    if not text or text.count("\n") >= SHORT_ERROR:
        return False
    if _PRINTED_ERROR.search(text):
        return True
    caught = printed_by_handlers(execution.block.code) if execution.block.language == "python" else []
    return any(line.strip().startswith(start) for line in text.split("\n") for start in caught)


def why_nothing(execution: Execution) -> str:
    """Why a block of Python that was to print something did not; empty where it did, or nobody knows."""
    is_python = execution.block.language == "python"
    return why_silent(execution.block.code) if is_python and gave_nothing(execution) else ""
