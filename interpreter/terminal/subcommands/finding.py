"""What a check of the doctor finds, and what a check is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from interpreter.settings import Settings

Level: TypeAlias = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: of what, how good, in words, and what to do about it."""

    name: str
    level: Level
    text: str
    hint: str = ""


Check: TypeAlias = Callable[[Settings, Mapping[str, str]], Iterator[Finding]]
"""Looks at one thing, no further away than this machine and without changing anything; an InterpreterError counts as
`fail`."""
