"""The commands of the chat: lines that begin with one `%` or `/` and go to the program, not to the model."""

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from interpreter.console.sentences import in_lines, width_of
from interpreter.core.errors import InterpreterError
from interpreter.core.visible import visible
from interpreter.terminal.commands import conversation, exports, kernels, models, outputs, program, sessions
from interpreter.terminal.commands.command import Command, Leaving, aligned, no_words
from interpreter.terminal.signals import stops_turn
from interpreter.terminal.words import problem

if TYPE_CHECKING:
    from interpreter.terminal.front import Front

__all__ = ["COMMANDS", "Leaving", "carry_out", "is_command"]


def is_command(text: str) -> bool:
    """Whether a line goes to the program: `%vars` does, `%%time` and `% of what?` do not.

    Behind `/` only a name or what comes near one does: `/etc is full, why?` speaks of a folder.
    """
    if len(text) < 2 or text[0] not in "%/" or not text[1].isalpha():
        return False
    word = text.split()[0]
    return word[0] == "%" or _named(word[1:]) is not None or (_near(word[1:]) is not None and not Path(word).exists())


def carry_out(text: str, front: "Front") -> None:
    """Carry out a command and show what it says; Ctrl-C stops what it waits for. Raises Leaving."""
    word, *words = text.split()
    command = _named(word[1:])
    if command is None:
        near = _near(word[1:])
        hint = f"Did you mean %{near}?" if near else "%help lists the commands."
        print(in_lines(visible(f"There is no command {word}. {hint}"), _width()))
        return
    agent = front.assembled.agent
    # A turn that was stopped leaves its token set, and kernels look at it.
    agent.token.clear()
    try:
        with stops_turn(lambda kill: agent.cancel(kill=kill)):
            said = command.run(front, words)
    except InterpreterError as error:
        said = in_lines(visible(problem(error.reworded(agent.redact))), _width())
    if said:
        print(said)
    if notice := front.assembled.session.sync():
        print(visible(notice.text))


def _width() -> int:
    return width_of(sys.stdout.fileno()) if sys.stdout.isatty() else 0


def _named(word: str) -> Command | None:
    return next((each for each in COMMANDS if word.lower() in (each.name, *each.aliases)), None)


def _near(word: str) -> str | None:
    near = difflib.get_close_matches(word.lower(), [each.name for each in COMMANDS], n=1)
    return near[0] if near else None


def _help(front: "Front", words: list[str]) -> str:
    no_words(words, "help")
    rows = [(f"%{each.name} {each.arguments}".rstrip(), each.effect) for each in COMMANDS]
    return f"{aligned(rows)}\n\n{in_lines(OTHER_LINES, _width())}"


OTHER_LINES = """\
!COMMAND runs in the session's shell; !!COMMAND is shown to the model, too.
%%python (or bash …) on the first line runs the lines below it.
@FILE in an instruction gives the model a file, a picture or a folder."""


COMMANDS: tuple[Command, ...] = (
    Command("help", "", "list the commands", _help),
    *models.COMMANDS,
    *kernels.COMMANDS,
    *conversation.COMMANDS,
    *sessions.COMMANDS,
    *outputs.COMMANDS,
    *exports.COMMANDS,
    *program.COMMANDS,
)
