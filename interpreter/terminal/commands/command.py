"""What a command is, and what several of them need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interpreter.core.errors import WrongUsage

if TYPE_CHECKING:
    from interpreter.terminal.front import Front


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name without the sign, its arguments and its effect in one line, and what carries it out.

    `run` is given the words behind the name, and returns what is to be shown, fit for a terminal. `aliases` are other
    names for it.
    """

    name: str
    arguments: str
    effect: str
    run: "Callable[[Front, list[str]], str]"
    aliases: tuple[str, ...] = ()


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


def no_words(words: Sequence[str], name: str) -> None:
    """Raises WrongUsage where words stand behind a command that takes none: they may have been meant for the model."""
    if words:
        raise WrongUsage(f"%{name} takes no words.", f"Say %{name} alone.")


def aligned(rows: Sequence[tuple[str, str]]) -> str:
    """Two columns, the first as wide as its widest."""
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join(f"{name:<{width}}  {text}".rstrip() for name, text in rows)


def first_line(text: str, longest: int = 60) -> str:
    """The beginning of a text, in a line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
