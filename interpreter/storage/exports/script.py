"""A conversation as a Python script: what ran and succeeded, in its order."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from interpreter.core.messages import CodeBlock, Execution, Instruction, Message, Reply

MAGIC = ("%", "!", "?")
"""What a line begins with that only IPython can run."""


def as_script(messages: Sequence[Message], title: str = "") -> str:
    """The Python blocks that succeeded; instructions, and blocks in other languages, as comments."""
    head = ["#!/usr/bin/env python3", _comment(title or "A session with Interpreter")]
    if any(_needs_ipython(message.block) for message in messages if isinstance(message, Execution)):
        head.append("# Some lines are IPython's own: run this with `ipython FILE.ipy`, or leave them out.")
    parts = [part for message in messages for part in _parts(message)]
    return "\n\n".join(["\n".join(head), *parts]) + "\n"


def _parts(message: Message) -> Iterator[str]:
    match message:
        case Instruction(text):
            yield _comment(text.strip(), "# > ")
        case Execution(block, "ok") if block.language == "python":
            yield block.code.strip("\n")
        case Execution(block, "ok"):
            yield _comment(f"{block.language}:\n{block.code}")
        case Execution() | Reply():
            return
        case _:
            assert_never(message)


def _comment(text: str, mark: str = "# ") -> str:
    # Whatever ends a line for Python must not end the comment.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    return "\n".join(f"{mark}{line}".rstrip() for line in lines)


def _needs_ipython(block: CodeBlock) -> bool:
    return block.language == "python" and any(line.strip().startswith(MAGIC) for line in block.code.splitlines())
