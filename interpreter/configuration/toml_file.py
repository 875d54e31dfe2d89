"""A file of settings in TOML as a layer, with the line of each of them."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from interpreter.configuration.conversion import PATHS, check_name, converted, kind_of
from interpreter.configuration.layers import Kind, Layer, Origin, Stated, setting_names
from interpreter.configuration.rule_tables import RuleLines, rules_of
from interpreter.configuration.sources import collected
from interpreter.core.errors import WrongUsage
from interpreter.core.rules import Rule
from interpreter.storage.text_file import read_text

_TRIES = 100
"""Lines at which a file's statements of many lines may seem to end, before the lines behind are given up."""


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A file of settings: where it is, and the profile that it is; without one it is the user's `config.toml`."""

    path: Path
    profile: str = ""
    is_shipped: bool = False

    @property
    def hint(self) -> str:
        """The command that opens it."""
        flag = f" --profile {self.profile}" if self.profile else ""
        return f"Mend it: interpreter config edit{flag}"

    def origin(self, line: int | None) -> Origin:
        """Where a setting in a line of it comes from."""
        kind: Kind = "profile" if self.profile else "file"
        return Origin(kind, self.profile) if self.is_shipped else Origin(kind, self.profile, self.path, line)


def read_layer(file: SettingsFile) -> Layer:
    """What the file states, and nothing where there is none."""
    try:
        text = read_text(file.path)
        return Layer() if text is None else layer_of(text, file)
    except WrongUsage as problem:
        return Layer(problems=(problem,))


def layer_of(text: str, file: SettingsFile) -> Layer:
    """What a text states that is to be read as this file; raises WrongUsage where it is no TOML."""
    values, lines = parsed(text, file), key_lines(text)

    def stated(name: str) -> Callable[[], Stated]:
        if name == "rules":
            return lambda: Stated(_rules(values[name], text, file), file.origin(lines.get(name)))
        return lambda: Stated(_value(name, values[name], file, lines.get(name)), file.origin(lines.get(name)))

    return collected((name, stated(name)) for name in values)


def parsed(text: str, file: SettingsFile) -> dict[str, Any]:
    """The keys and values of a text; raises WrongUsage where it is no TOML."""
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        last = f"at line {text.rstrip().count(chr(10)) + 1}"
        is_syntax = isinstance(error, tomllib.TOMLDecodeError)
        said = str(error).replace("at end of document", last) if is_syntax else "a value is out of all bounds"
        raise WrongUsage(f"{file.path} is not TOML: {said}.", file.hint) from error


def key_lines(text: str) -> dict[str, int]:
    """The line, from 1, in which each key of the outermost level begins, in a text that is TOML.

    tomllib does not tell. What ends where is left to it, though: a statement is the fewest lines that it can read.
    """
    found: dict[str, int] = {}
    for start, statement, is_outermost in _statements(text.replace("\r\n", "\n").split("\n")):
        for key in statement if is_outermost else ():
            found.setdefault(key, start)
    return found


def rule_lines(text: str) -> list[RuleLines]:
    """Where each `[[rules]]` of a text that is TOML begins, and each key of it."""
    found: list[RuleLines] = []
    is_inside = False
    for start, statement, is_outermost in _statements(text.replace("\r\n", "\n").split("\n")):
        if is_outermost:
            is_inside = "rules" in statement
            found += [RuleLines(start)] if is_inside else []
        elif is_inside:
            found[-1] = replace(found[-1], keys={**found[-1].keys, **dict.fromkeys(statement, start)})
    return found


def _statements(lines: list[str]) -> Iterator[tuple[int, Mapping[str, Any], bool]]:
    """The first line, from 1, of each statement, with its keys and values, and whether it is of the outermost level."""
    start, is_in_table, tries = 0, False, 0
    while start < len(lines):
        keys: Mapping[str, Any] | None = None
        for end in _possible_ends(lines, start):
            keys = _read("\n".join(lines[start:end]))
            tries += end > start + 1
            if keys is not None or tries > _TRIES:
                break
        if keys is None:
            return
        is_header = lines[start].lstrip().startswith("[")
        is_in_table = is_in_table or is_header
        yield start + 1, keys, is_header or not is_in_table
        start = end


def _possible_ends(lines: list[str], start: int) -> Iterator[int]:
    """Behind which lines the statement that begins at `start` can end: its first, and those with what closes it."""
    value = lines[start].partition("=")[2].lstrip()
    closes = (value[:3],) if value.startswith(('"""', "'''")) else ("]", "}")
    yield start + 1
    yield from (end for end in range(start + 2, len(lines) + 1) if any(mark in lines[end - 1] for mark in closes))


def _read(statement: str) -> Mapping[str, Any] | None:
    """Keys and values of a statement, None where it is not complete."""
    import tomllib

    try:
        return tomllib.loads(f"{statement}\n")
    except ValueError:
        return None


def _value(name: str, value: Any, file: SettingsFile, line: int | None) -> Any:
    place = f"{file.path}, line {line}" if line else str(file.path)
    if name not in setting_names():
        try:
            check_name(name, place)
        except WrongUsage as problem:
            problem.hint = f"{problem.hint} {file.hint}" if problem.hint.startswith("Did") else problem.hint
            raise
    if name == "profile" and file.profile:
        raise WrongUsage(f"{place}: a profile names no other profile.", file.hint)
    result = converted(name, value, place=place, hint=file.hint, typed=True)
    # What is relative is so to the file, and not to whatever folder the user is in.
    if kind_of(name) == PATHS:
        return tuple(_placed(each, file) for each in result)
    return _placed(result, file) if kind_of(name) is Path else result


def _rules(value: Any, text: str, file: SettingsFile) -> tuple[Rule, ...]:
    def place(line: int | None) -> str:
        return f"{file.path}, line {line}" if line else str(file.path)

    return rules_of(value, rule_lines(text), place, file.hint)


def _placed(path: Path, file: SettingsFile) -> Path:
    return file.path.parent / os.path.expanduser(path)  # noqa: PTH111
