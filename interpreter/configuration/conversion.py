"""A value as somebody wrote it, made into the type that its setting has."""

import math
import operator
import os
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from interpreter.configuration.layers import secret_names, setting_names
from interpreter.configuration.rule_tables import EXAMPLE, rules_of
from interpreter.core.errors import WrongUsage
from interpreter.core.rules import Rule
from interpreter.settings import CHOICES, POSITIVE, Settings

_WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
PATHS, WORDS, RULES = tuple[Path, ...], tuple[str, ...], tuple[Rule, ...]
"""The kinds of settings that hold several values."""
_WANTED = {
    bool: "yes or no",
    int: "a whole number",
    float: "a number",
    str: "text",
    Path: "a path",
    PATHS: "a list of paths",
    WORDS: "a list of names",
}
_SHOWN = 60
"""Characters of a wrong value that are repeated."""


def check_name(name: str, place: str = "") -> None:
    """Raises WrongUsage, with the nearest name, where there is no such setting; `place` says where it stands."""
    if name not in setting_names():
        said = f"{place}: there" if place else "There"
        raise WrongUsage(f"{said} is no setting {_short(name)}.", _nearest(name))


def _nearest(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name.replace("-", "_").lower(), setting_names(), n=1)
    return f"Did you mean {near[0]}?" if near else f"The settings are: {', '.join(setting_names())}."


def converted(name: str, value: Any, *, label: str = "", place: str = "", hint: str = "", typed: bool = False) -> Any:
    """The value in the setting's own type; raises WrongUsage, in which the setting is called `label` at `place`.

    With `typed`, as in TOML, text stands for nothing but text; else "yes" is a truth and "5" a number.
    """
    said = _said(name, value, label or name, place)
    kind = kind_of(name)
    if kind == RULES:
        return _rules(name, value, label or name, place)
    hint = hint or f"Correct or remove {name}."
    try:
        if typed and isinstance(value, str) and kind not in (str, Path):
            raise TypeError("text")
        result = _as_kind(kind, value)
    except (TypeError, ValueError, OverflowError) as error:
        wanted = "true or false" if typed and kind is bool else _WANTED[kind]
        raise WrongUsage(f"{said} cannot be used: {name} takes {wanted}.", hint) from error
    if name in CHOICES and result not in CHOICES[name]:
        raise WrongUsage(f"{said} cannot be used.", f"{name} takes one of: {', '.join(CHOICES[name])}.")
    if name in POSITIVE and not result > 0:
        raise WrongUsage(f"{said} cannot be used: {name} takes a number above 0.", hint)
    return result


def _rules(name: str, value: Any, label: str, place: str) -> Any:
    if isinstance(value, str):
        said = f"{place}: {label}" if place else label
        raise WrongUsage(f"{said} cannot be used: {name} stand in config.toml or a profile.", f"Write {EXAMPLE}.")
    return rules_of(value)


def _said(name: str, value: Any, label: str, place: str) -> str:
    said = label if name in secret_names() else f"{label}={_short(value)}"
    return f"{place}: {said}" if place else said


@cache
def kind_of(name: str) -> Any:
    """bool, int, float, str, Path, or a tuple of the latter two, whether or not the setting may be None."""
    hint = get_type_hints(Settings)[name]
    if get_origin(hint) is tuple:
        return hint
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    return kinds[0] if kinds else hint


def _as_kind(kind: Any, value: Any) -> Any:
    if kind is bool:
        return _as_bool(value)
    if kind is str:
        return _as_text(value)
    if kind is Path:
        return _as_path(value)
    if kind in (PATHS, WORDS):
        return tuple(_as_path(each) if kind == PATHS else _as_text(each) for each in _items(value))
    if isinstance(value, bool):
        raise TypeError("a truth is no number")
    if kind is int:
        return int(value) if isinstance(value, str) else operator.index(value)
    number = float(value)
    if math.isnan(number):
        raise ValueError("not a number")
    return number


def _as_bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in _WORDS:
        raise ValueError(word)
    return _WORDS[word]


def _as_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _as_path(value: Any) -> Path:
    path = Path(value)
    if "\0" in str(path):
        raise ValueError("no path has a null character")
    return path


def _items(value: Any) -> list[Any]:
    """The members of a list, or of a text in which they stand as in PATH."""
    if isinstance(value, str):
        return [word for word in value.split(os.pathsep) if word]
    return [value] if isinstance(value, Path) else list(value)


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
