"""The state card: which variables were made, changed or deleted since the last look."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from .marks import Same, is_small_atom, mark
from .sketch import CUT, MAPPINGS, SEQUENCES, has_own_equality
from .variables import described, shell, shown

ROWS = 12
DELETED = 6
SIZED = frozenset({*SEQUENCES, *MAPPINGS})
MARKING_SECONDS = 0.005
"""Of processor time; then values are no longer looked into: a variable that is set anew is still noticed."""
UNHELD = object()


class Card:
    """Remembers what is known of each variable."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}

    def changes(self) -> list[list[str]]:
        """Rows of what is new since this was last asked, in the order of definition, then what is gone.

        A row of which only the name is set says how many more there are; `deleted` stands for the type of what is gone.
        """
        before, values = self._known, dict(shown())
        with uncollected():
            self._known, differs = looked_at(values, before)
        changed = [name for name in values if name in differs]
        gone = [name for name in before if name not in values]
        rows = [described(name, values[name]) for name in changed[:ROWS]]
        rows += [[name, "deleted", "", ""] for name in gone[:DELETED]]
        left = len(changed[ROWS:]) + len(gone[DELETED:])
        return [*rows, [f"{CUT} {left} more", "", "", ""]] if left else rows


def looked_at(values: dict[str, Any], before: dict[str, Known]) -> tuple[dict[str, Known], set[str]]:
    """What is known of each value now, by its content while there is time, and the names of those that changed."""
    until = time.thread_time() + MARKING_SECONDS
    is_late = False
    known: dict[str, Known] = {}
    differs: set[str] = set()
    for name in named_first(values):
        value, old = values[name], before.get(name)
        if old is not None and old.holds(value):
            known[name] = old
            continue
        is_late = is_late or time.thread_time() > until
        if is_late and old is not None and old.is_of(value):
            # Another look may find what has changed inside.
            known[name] = old
            continue
        known[name] = new = Known(value, looks_inside=not is_late)
        if old is None or not new.is_like(old):
            differs.add(name)
    return known, differs


def named_first(values: dict[str, Any]) -> Iterable[str]:
    """The names, those first that stand in the block itself: they are the likeliest to have changed."""
    block = shell().history_manager.input_hist_raw[-1]
    return dict.fromkeys([*(name for name in re.findall(r"[^\W\d]\w*", block) if name in values), *values])


class Known(Same):
    """What is remembered of a value: which object it is, itself if small, its content if there was time to look."""

    __slots__ = ("_content", "_held", "_length")

    def __init__(self, value: Any, *, looks_inside: bool) -> None:
        super().__init__(value)
        is_atom = is_small_atom(value)
        self._length = length_of(value)
        self._held = value if is_atom else UNHELD
        self._content: Any = None
        if looks_inside or is_atom:
            with suppress(Exception):
                self._content = mark(value)

    def holds(self, value: Any) -> bool:
        """Whether it is this very value, which cannot change."""
        return self._held is value

    def is_of(self, value: Any) -> bool:
        """Whether it is the same object, and as long as it was."""
        return self.is_mark_of(value) and self._length == length_of(value)

    def is_like(self, other: Known) -> bool:
        """Whether nothing has changed, as far as both looks can tell."""
        if self._content is not None and other._content is not None:
            return bool(self._content == other._content)
        return self == other and self._length == other._length


def length_of(value: Any) -> int | None:
    """How many items a container of Python's own has."""
    kind = type(value)
    return len(value) if not has_own_equality(kind) and kind in SIZED else None


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
