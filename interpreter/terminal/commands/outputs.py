"""Commands about what has come out: read it, open it, take it along."""

import os
from itertools import chain
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from interpreter.console.clipboard import TOO_LONG, copy
from interpreter.core.answer import answer_text
from interpreter.core.errors import WrongUsage
from interpreter.core.messages import Execution, Message, Reply
from interpreter.core.visible import visible
from interpreter.terminal.browser import open_page
from interpreter.terminal.commands.command import Command, number, one_of
from interpreter.terminal.pager import page
from interpreter.terminal.whole_output import execution_at, whole_output

if TYPE_CHECKING:
    from interpreter.terminal.front import Front

KINDS = ("answer", "code", "output")


def show_page(front: "Front", words: list[str]) -> str:
    """Open the last page in the browser."""
    if not front.pages:
        return "No page has been saved yet."
    open_page(front.pages[-1])
    return visible(f"Opening {front.pages[-1]} in your browser.")


def show_output(front: "Front", words: list[str]) -> str:
    """Show all that a block wrote, in the pager."""
    execution = execution_at(front.user_runs.among(front.assembled.agent.conversation.messages), words)
    pieces = whole_output(execution)
    first = next(pieces, "")
    if not first:
        return "That block wrote nothing."
    page(chain([first], pieces))
    return ""


def copy_it(front: "Front", words: list[str]) -> str:
    """Copy an answer, a block or its output."""
    kind, *rest = words if words and words[0].lower() in KINDS else ("answer", *words)
    found = _found(kind.lower(), number(rest, f"%copy {kind} 2"), front)
    if not found:
        return f"There is no such {kind.lower()} to copy."
    # Without a terminal there is none that could be told to copy.
    if front.tty is None:
        said = copy(found, lambda text: None, {**os.environ, "TERM": "dumb"})
    else:
        said = copy(found, front.tty.write, os.environ)
    if said == TOO_LONG:
        raise WrongUsage(
            f"{len(found):,} characters are too long for the terminal to copy.", "%markdown writes a file."
        )
    return f"{said.removesuffix('.')}: {_size(found)}."


def _found(kind: str, place: int, front: "Front") -> str:
    """The text that is so many places from the end; empty where there is none."""
    conversation = front.assembled.agent.conversation
    match kind:
        case "code":
            texts = blocks_of(conversation.messages)
        case "output":
            return "".join(whole_output(execution_at(front.user_runs.among(conversation.messages), [str(place)])))
        case _:
            texts = [text for turn in conversation.turns if (text := answer_text(turn))]
    return texts[-place] if place <= len(texts) else ""


def blocks_of(messages: tuple[Message, ...]) -> list[str]:
    """The code of a conversation in its order: what was proposed or run, and what stands in answers."""
    texts: list[str] = []
    for message in messages:
        if isinstance(message, Execution) and message.edited:
            texts[-1:] = [message.block.code]
        elif isinstance(message, Reply):
            texts += [message.block.code] if message.block else _fenced(message.text)
    return texts


def _fenced(text: str) -> list[str]:
    return [token.content.rstrip("\n") for token in MarkdownIt().parse(text) if token.type == "fence"]


def _size(text: str) -> str:
    lines = len(text.splitlines())
    return f"{len(text):,} characters" + (f" in {lines:,} lines" if lines > 1 else "")


COMMANDS = (
    Command("output", "[N]", "all that the last block wrote, or the N-th last", show_output),
    Command("open", "", "open the last page (html or svg) in your browser", show_page),
    Command(
        "copy", "[code|output] [N]", "copy the last answer, code or output, or the N-th", copy_it, offers=one_of(*KINDS)
    ),
)
