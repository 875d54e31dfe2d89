"""The commands of the chat: lines that begin with one `%` and go to the program, not to the model."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from interpreter.core.errors import InterpreterError
from interpreter.core.visible import visible
from interpreter.terminal.browser import open_page
from interpreter.terminal.pager import page
from interpreter.terminal.variables import show_variables
from interpreter.terminal.whole_output import execution_at, whole_output
from interpreter.terminal.words import problem

if TYPE_CHECKING:
    from interpreter.terminal.front import Front

LEAVING = ("exit", "quit", "%quit", "%exit", "/quit", "/exit")


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name without the sign, its arguments and its effect in one line, and what carries it out.

    `run` is given the words behind the name, and returns what is to be shown.
    """

    name: str
    arguments: str
    effect: str
    run: "Callable[[Front, list[str]], str]"


def is_command(text: str) -> bool:
    """Whether a line goes to the program: `%vars` does, `%%time` and `% of what?` do not."""
    return len(text) > 1 and text[0] == "%" and text[1].isalpha()


def carry_out(text: str, front: "Front") -> None:
    """Carry out a command and show what it says."""
    name, *words = text[1:].split()
    command = next((each for each in COMMANDS if each.name == name.lower()), None)
    if command is None:
        near = difflib.get_close_matches(name.lower(), [each.name for each in COMMANDS], n=1)
        hint = f"Did you mean %{near[0]}?" if near else "%help lists the commands."
        print(visible(f"There is no command %{name}. {hint}"))
        return
    try:
        said = command.run(front, words)
    except InterpreterError as error:
        said = visible(problem(error))
    if said:
        print(said)


def _help(front: "Front", words: list[str]) -> str:
    lines = [(f"%{each.name} {each.arguments}".rstrip(), each.effect) for each in COMMANDS]
    lines.append(("%quit", "leave the chat; so does Ctrl-D"))
    width = max(len(form) for form, _ in lines)
    return "\n".join(f"{form:<{width}}  {effect}" for form, effect in lines)


def _open(front: "Front", words: list[str]) -> str:
    if not front.pages:
        return "No page has been saved yet."
    open_page(front.pages[-1])
    return visible(f"Opening {front.pages[-1]} in your browser.")


def _output(front: "Front", words: list[str]) -> str:
    execution = execution_at(front.assembled.agent.conversation.messages, words)
    pieces = whole_output(execution)
    first = next(pieces, "")
    if not first:
        return "That block wrote nothing."
    page(chain([first], pieces))
    return ""


COMMANDS = (
    Command("help", "", "list the commands", _help),
    Command("open", "", "open the last page (html or svg) in your browser", _open),
    Command("output", "[N]", "all that the last block wrote, or the N-th last", _output),
    Command("vars", "[NAME]", "list the variables of every language in use, or show one at length", show_variables),
)
