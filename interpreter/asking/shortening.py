"""A message told more shortly: of an output or a text head and tail, of a picture a line."""

from collections.abc import Iterable
from dataclasses import replace

from interpreter.core.feedback import output_text, plain, shorten
from interpreter.core.messages import Display, Execution, Image, Instruction, Message, Output, Reply, Spool, Text
from interpreter.core.pictures import describe_picture

BRIEF = 300
"""Characters that stay at each end of an old output: what it was, and how it ended."""

_PICTURES = ("image/png", "image/jpeg")


def without_pictures(message: Message) -> Message:
    """The message with a line in the place of each picture; the same object where there is none."""
    if isinstance(message, Instruction) and message.images:
        lines = [f"{describe_picture(image)} (no longer shown)" for image in message.images]
        return replace(message, text="\n".join([message.text, *lines]), images=())
    if isinstance(message, Execution) and message.images:
        return replace(message, outputs=tuple(_without_picture(output) for output in message.outputs))
    return message


def brief(message: Message, path: str | None, ends: int = BRIEF) -> Message:
    """The message with `ends` characters of each end of what is long in it; the same object where nothing is.

    `path` is the file that holds it whole: what had no file of its own is said to be there.
    """
    match message:
        case Execution():
            return _brief_execution(message, path, ends)
        case Reply(text) if len(text) > 3 * ends:
            return replace(message, text=shorten(text, ends, ends))
        case Instruction(text) if len(text) > 3 * ends:
            whole = f"\n[all of it: {path!r}]" if path else ""
            return replace(message, text=shorten(text, ends, ends) + whole)
        case _:
            return message


def _brief_execution(execution: Execution, path: str | None, ends: int) -> Execution:
    text = plain(output_text(execution.outputs))
    if len(text) <= 3 * ends:
        return execution
    head, _, rest = shorten(text, ends, ends).partition("\n[… ")
    count, _, tail = rest.partition(" characters left out …]\n")
    spool = execution.spool or (Spool(path, len(text)) if path else None)
    # what an earlier cut had left out stands in the middle, which goes
    earlier = sum(output.left_out for output in execution.outputs if isinstance(output, Text))
    outputs = (Text(f"{head}\n"), Text(tail, left_out=max(int(count.replace(",", "") or 0), earlier, 1)))
    return replace(execution, outputs=outputs, spool=spool)


def _without_picture(output: Output) -> Output:
    if not isinstance(output, Display) or not any(mime in output.data for mime in _PICTURES):
        return output
    lines = [describe_picture(Image(mime, output.data[mime])) for mime in _PICTURES if mime in output.data]
    kept = {mime: value for mime, value in output.data.items() if mime not in _PICTURES}
    plain_text = str(kept.get("text/plain", ""))
    return replace(output, data={**kept, "text/plain": "\n".join(filter(None, [plain_text, *lines]))})


def pictures_in(messages: Iterable[Message]) -> int:
    """How many pictures there are."""
    return sum(len(message.images) for message in messages if isinstance(message, Instruction | Execution))
