"""A conversation as Markdown, for people to read."""

from collections.abc import Callable, Iterator, Sequence
from typing import assert_never

from interpreter.core.answer import prose_of
from interpreter.core.feedback import output_text, plain, shorten
from interpreter.core.messages import CodeBlock, Execution, Image, Instruction, Message, Reply

HEAD, TAIL = 4_000, 2_000
"""Characters of an output: enough to see what came out."""

TITLE = 70
"""Characters of an instruction that stand in its heading."""


def as_markdown(messages: Sequence[Message], picture: Callable[[Image], str]) -> str:
    """The whole conversation; `picture` keeps a picture and returns where it is, relative to the text."""
    parts = ["# A session with Interpreter"]
    for i, message in enumerate(messages):
        parts += _parts(message, messages[i + 1 : i + 2], picture)
    return "\n\n".join(part for part in parts if part) + "\n"


def quoted(text: str) -> str:
    """Text as a quotation."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def ran(messages: Sequence[Message]) -> bool:
    """Whether the first message tells of code that has run."""
    return any(isinstance(message, Execution) and message.status != "refused" for message in messages[:1])


def fenced(text: str) -> str:
    """Text as a block that is no code, whatever is in it; nothing for no text."""
    return CodeBlock("text", text).fenced if text else ""


def _parts(message: Message, following: Sequence[Message], picture: Callable[[Image], str]) -> Iterator[str]:
    match message:
        case Instruction(text, images):
            line = " ".join(text.split())
            yield f"## {line if len(line) <= TITLE else f'{line[: TITLE - 1]}…'}"
            if line != text.strip() or len(line) > TITLE:
                yield quoted(text)
            yield from _pictures(images, picture)
        case Reply():
            yield (prose_of(message) if ran(following) else message.text).strip()
        case Execution(status="refused"):
            yield f"*The code was not run.* {message.note}".strip()
        case Execution(block, _, outputs):
            yield block.fenced
            yield fenced(shorten(plain(output_text(outputs)), HEAD, TAIL).strip("\n"))
            yield from _pictures(message.images, picture)
            yield f"*{message.note}*" if message.note else ""
        case _:
            assert_never(message)


def _pictures(images: Sequence[Image], picture: Callable[[Image], str]) -> Iterator[str]:
    for image in images:
        yield f"![picture](<{picture(image)}>)"
