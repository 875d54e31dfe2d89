"""What a command is, and what several of them need."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interpreter.console.sentences import in_lines, width_of
from interpreter.core.errors import WrongUsage
from interpreter.core.visible import hidden_in
from interpreter.terminal.file_offers import file_offers
from interpreter.terminal.offers import Offer, matching

if TYPE_CHECKING:
    from interpreter.terminal.front import Front

LEAST = 30
"""Columns in which a second column can be read."""


def no_offers(front: "Front", typed: str) -> Iterable[Offer]:
    """What continues a command that takes no words, or any."""
    return ()


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name without the sign, its arguments and its effect in one line, and what carries it out.

    `run` is given the words behind the name, and returns what is to be shown, fit for a terminal. `aliases` are other
    names for it. `offers` is given what has been typed behind the name, and says what may continue it.
    """

    name: str
    arguments: str
    effect: str
    run: "Callable[[Front, list[str]], str]"
    aliases: tuple[str, ...] = ()
    offers: "Callable[[Front, str], Iterable[Offer]]" = no_offers


class Leaving(Exception):
    """The user wants to leave the chat."""


def number(words: Sequence[str], form: str) -> int:
    """The number among the words, 1 where there is none; raises WrongUsage for other words. `form` is an example."""
    word = words[0] if words else "1"
    if len(words) > 1 or not (word.isdecimal() and len(word) < 9 and int(word)):
        raise WrongUsage(f"{form.partition(' ')[0]} takes a number from 1 on.", f"Such as {form}.")
    return int(word)


def on_or_off(words: Sequence[str], name: str) -> bool | None:
    """Whether the one word is `on`; None without a word. Raises WrongUsage for any other."""
    found = {(): None, ("on",): True, ("off",): False}
    given = tuple(word.lower() for word in words)
    if given not in found:
        raise WrongUsage(f"%{name} takes on or off.", f"Such as %{name} on.")
    return found[given]


def one_of(*words: str) -> "Callable[[Front, str], Iterable[Offer]]":
    """Offers for a command that takes one of these words."""
    return lambda front, typed: matching(typed, ((word, "") for word in words))


def paths(front: "Front", typed: str) -> Iterable[Offer]:
    """Offers for a command that takes a path, blanks and all; a name with hidden characters cannot be typed there."""
    return file_offers(
        typed, front.assembled.folder, len(typed), lambda name: None if hidden_in(name.replace(" ", "")) else name
    )


def no_words(words: Sequence[str], name: str) -> None:
    """Raises WrongUsage where words stand behind a command that takes none: they may have been meant for the model."""
    if words:
        raise WrongUsage(f"%{name} takes no words.", f"Say %{name} alone.")


def aligned(rows: Sequence[tuple[str, str]]) -> str:
    """Two columns, the first as wide as its widest; on a narrow terminal the second stands below the first."""
    width = max((len(name) for name, _ in rows), default=0)
    room = width_of(sys.stdout.fileno()) if sys.stdout.isatty() else 0
    if 0 < room < width + LEAST:
        return "\n".join(f"{name}\n{in_lines(f'  {text}', room, '  ')}" for name, text in rows)
    indent = " " * (width + 2)
    return "\n".join(in_lines(f"{name:<{width}}  {text}".rstrip(), room, indent) for name, text in rows)


def first_line(text: str, longest: int = 60) -> str:
    """The beginning of a text, in a line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
