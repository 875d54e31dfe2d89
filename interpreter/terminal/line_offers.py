"""What can be typed next at the prompt, for every kind of line."""

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from interpreter.kernels.environments import Python
from interpreter.terminal.commands import COMMANDS
from interpreter.terminal.file_offers import file_offers
from interpreter.terminal.mentions import unfinished, written
from interpreter.terminal.offers import Offer, matching
from interpreter.terminal.shell_offers import shell_offers

if TYPE_CHECKING:
    from interpreter.terminal.front import Front

_COMMAND = re.compile(r"(?P<sign>[%/])(?:(?P<name>[^\W\d_]*)|(?P<called>[^\W\d_]+) +(?P<words>[^\n]*))")
_CELL = re.compile(r"%%([\w+#.-]*)")


def line_offers(text: str, front: "Front") -> Iterator[Offer]:
    """What may continue the text that stands before the cursor."""
    if text.startswith("!"):
        if isinstance(front.assembled.where, Python):
            yield from shell_offers(text.lstrip("!"), front.assembled.folder, os.environ)
    elif match := _CELL.fullmatch(text):
        yield from matching(match[1], ((name, "") for name in front.assembled.agent.kernels.languages()))
    elif match := _COMMAND.fullmatch(text):
        yield from _of_command(match, front)
    elif (begun := unfinished(text)) is not None:
        as_written, name = begun
        yield from file_offers(name, front.assembled.folder, len(as_written), written)


def opens_by_itself(text: str) -> bool:
    """Whether what was just typed asks for a list of what can follow: a `%` and an `@` do, nothing else."""
    is_command = (match := _COMMAND.fullmatch(text)) is not None and match["sign"] == "%" and match["called"] is None
    return is_command or (not text.startswith(("!", "%%")) and unfinished(text) is not None)


def _of_command(match: re.Match[str], front: "Front") -> Iterator[Offer]:
    if match["called"] is None:
        yield from matching(match["name"], ((command.name, command.effect) for command in COMMANDS))
        return
    for command in COMMANDS:
        if match["called"].lower() in (command.name, *command.aliases):
            yield from command.offers(front, match["words"])
