"""The state card: which variables were made, changed or deleted since the last look."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from .marks import ATOMS, Same, mark
from .sketch import CUT, MAPPINGS, SEQUENCES, has_own_equality
from .variables import described, shown

ROWS = 12
DELETED = 6
SIZED = frozenset({*SEQUENCES, *MAPPINGS})
MARKING_SECONDS = 0.01
"""Beyond this, values are no longer looked into: a variable that is set anew is still noticed."""


class Card:
    """Remembers a mark of each variable."""

    def __init__(self) -> None:
        self._marks: dict[str, Known] = {}

    def changes(self) -> list[list[str]]:
        """Rows of what is new since this was last asked, in the order of definition, then what is gone.

        A row of which only the name is set says how many more there are; `deleted` stands for the type of what is gone.
        """
        before, values = self._marks, dict(shown())
        with uncollected():
            self._marks = marked(values)
        changed = [name for name in values if name not in before or not self._marks[name].is_like(before[name])]
        gone = [name for name in before if name not in values]
        rows = [described(name, values[name]) for name in changed[:ROWS]]
        rows += [[name, "deleted", "", ""] for name in gone[:DELETED]]
        left = len(changed[ROWS:]) + len(gone[DELETED:])
        return [*rows, [f"{CUT} {left} more", "", "", ""]] if left else rows


def marked(values: dict[str, Any]) -> dict[str, Known]:
    """A mark of each value: by its content while there is time."""
    until = time.monotonic() + MARKING_SECONDS
    return {name: Known(value, looks_inside=time.monotonic() < until) for name, value in values.items()}


class Known(Same):
    """What is remembered of a value: which object it is, and its content where there was time to look."""

    __slots__ = ("_content", "_length")

    def __init__(self, value: Any, *, looks_inside: bool) -> None:
        super().__init__(value)
        kind = type(value)
        is_known = not has_own_equality(kind)
        self._length = len(value) if is_known and kind in SIZED else None
        self._content: Any = None
        if looks_inside or (is_known and kind in ATOMS):
            with suppress(Exception):
                self._content = mark(value)

    def is_like(self, other: Known) -> bool:
        """Whether nothing has changed, as far as both looks can tell."""
        if self._content is not None and other._content is not None:
            return bool(self._content == other._content)
        return self == other and self._length == other._length


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage is collected meanwhile: so many new objects would have it done several times, for nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
