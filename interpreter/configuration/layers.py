"""One place where settings are chosen: what it says, and where exactly."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from interpreter.core.errors import WrongUsage
from interpreter.settings import Settings

PREFIX = "INTERPRETER_"

Kind: TypeAlias = Literal["default", "file", "profile", "variable", "flag", "keyword"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from: `name` is a profile's, a variable's, a flag's or a keyword's.

    A profile without a `file` is one that comes with the program.
    """

    kind: Kind
    name: str = ""
    file: Path | None = None
    line: int | None = None

    def __str__(self) -> str:
        match self.kind:
            case "default":
                return "default"
            case "file":
                return self._place
            case "profile":
                return f"profile {self.name} ({self._place or 'shipped'})"
            case _:
                return self.name

    @property
    def _place(self) -> str:
        place = "" if self.file is None else str(self.file)
        return f"{place}:{self.line}" if place and self.line else place


DEFAULT = Origin("default")


@dataclass(frozen=True, slots=True)
class Stated:
    """A value of the type that the setting has, and where it was stated."""

    value: Any
    origin: Origin


@dataclass(frozen=True, slots=True)
class Layer:
    """What one place states, and what is wrong there; what is wrong is not among what is stated."""

    stated: Mapping[str, Stated] = field(default_factory=dict)
    problems: tuple[WrongUsage, ...] = ()


@cache
def setting_names() -> tuple[str, ...]:
    """All settings, in their order."""
    return tuple(each.name for each in fields(Settings))


@cache
def secret_names() -> frozenset[str]:
    """The settings whose values are shown nowhere."""
    return frozenset(each.name for each in fields(Settings) if not each.repr)


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return f"{PREFIX}{name.upper()}"


def flag_of(name: str) -> str:
    """The flag of a setting."""
    return f"--{name.replace('_', '-')}"
