"""What can be typed, read from the parsers themselves, so that completion cannot say anything else."""

import os
from argparse import Action, ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from interpreter.choosing.offer import EMBEDDED
from interpreter.configuration.layers import setting_names
from interpreter.configuration.profiles import profile_names
from interpreter.flags import main_parser
from interpreter.kernels.languages import LANGUAGES
from interpreter.llm.known_files import KNOWN_FILES
from interpreter.llm.providers import PROVIDERS
from interpreter.storage.paths import find_paths
from interpreter.terminal.subcommands import PARSERS


@dataclass(frozen=True, slots=True)
class Value:
    """What may follow: some words, and files (all, or those with an ending), folders, or neither.

    `asked` are the arguments with which the program itself prints the words, one a line, when somebody completes.
    """

    words: tuple[str, ...] = ()
    paths: Literal["none", "files", "folders"] = "none"
    ending: str = ""
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A flag: its names, its line of help, and what it takes, None for nothing."""

    names: tuple[str, ...]
    help: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class Level:
    """What can follow the words `name`: the empty one is the program itself, `kernels install` an action of it.

    `words` come first of all, each with its line of help, which may be empty; `value` is what an argument may be.
    """

    name: str
    options: tuple[Option, ...]
    words: tuple[tuple[str, str], ...]
    value: Value = Value()


_SESSIONS = Value(asked="sessions list --all --names")

_VALUES = {
    "profile": Value(profile_names(find_paths(os.environ))),
    "setting": Value(setting_names()),
    "cwd": Value(paths="folders"),
    "session": _SESSIONS,
    "sessions": _SESSIONS,
    "output": Value(paths="files"),
    "notebook": Value(paths="files", ending=".ipynb"),
    "python": Value(paths="files"),
    "allow_read": Value(paths="files"),
    "allow_write": Value(paths="files"),
    "model": Value(
        (EMBEDDED, *(each.default for each in PROVIDERS if each.default)), "files", ".gguf", "models --names"
    ),
    "wanted": Value(tuple(each.name for each in KNOWN_FILES)),
    "name": Value(tuple(each.name for each in LANGUAGES)),
}
"""By the name that the parsers have for it; what is not here is text that nobody can guess."""


def levels() -> tuple[Level, ...]:
    """The program's level, and those of its subcommands."""
    parsers = {"": main_parser(), **{name: make() for name, make in PARSERS.items()}}
    return tuple(_level(name, parsers) for name in parsers)


def _level(name: str, parsers: dict[str, ArgumentParser]) -> Level:
    below = [other for other in parsers if other and other.rpartition(" ")[0] == name]
    words = [(other.rpartition(" ")[2], (parsers[other].description or "").partition(":")[0]) for other in below]
    actions = parsers[name]._actions
    values = [_value(action) for action in actions if not action.option_strings]
    named = [(word, "") for value in values for word in value.words]
    wanted = next((value for value in values if value.asked or value.paths != "none"), Value())
    return Level(name, tuple(_options(actions)), (*words, *named), wanted)


def _options(actions: list[Action]) -> Iterator[Option]:
    for action in actions:
        if action.option_strings:
            takes = None if action.nargs == 0 else _value(action)
            yield Option(tuple(action.option_strings), action.help or "", takes)


def _value(action: Action) -> Value:
    if action.choices:
        return Value(tuple(map(str, action.choices)))
    return _VALUES.get(action.dest, Value())
