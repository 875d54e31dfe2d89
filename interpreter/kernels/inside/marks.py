"""Marks by which a changed value is known from an unchanged one; they are small and keep nothing alive."""

from __future__ import annotations

import weakref
import zlib
from contextlib import suppress
from itertools import islice
from typing import Any

from .sketch import BIG, MAPPINGS, QUICK, SEQUENCES, fields_of, has_own_equality, name_of, root_of

SMALL = 256
"""Characters of a text, or items of a container, that are compared; of longer ones it is beginning and end."""
EDGE = 32
ATOMS = frozenset({int, float, complex, bool, str, bytes, type(None)})
SCALARS = {("pandas", name) for name in ("Timestamp", "Timedelta", "Period", "Interval", "NaTType", "NAType")}
UNREFERENCED = ATOMS | {list, tuple, dict}
"""Types to whose values there are no weak references."""
MACHINERY = {"IPython", "ipykernel", "traitlets", "zmq", __name__.split(".")[0]}
"""Packages of the kernel's own: each block changes something in their objects, which threads and loggers refer to."""
SAMPLES = 1_024
COLUMNS = 50


class Same:
    """Equal to the mark of the very same object: its address could by now be another's."""

    __slots__ = ("_address", "_reference")

    def __init__(self, value: Any) -> None:
        self._address = id(value)
        self._reference: Any = None
        kind = type(value)
        if has_own_equality(kind) or kind not in UNREFERENCED:
            with suppress(TypeError):
                self._reference = weakref.ref(value)

    def is_mark_of(self, value: Any) -> bool:
        """Whether this was made of the very same object."""
        return self._address == id(value) and self._is_there

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Same) or self._address != other._address:
            return False
        return self._is_there and other._is_there

    @property
    def _is_there(self) -> bool:
        return self._reference is None or self._reference() is not None

    __hash__ = None  # type: ignore[assignment]


def mark(value: Any, depth: int = 2) -> Any:
    """Equal for two looks at a variable that was neither set to something else nor, as far as can be told, altered."""
    kind = type(value)
    if has_own_equality(kind):
        return plain_object(value, depth)
    if kind in ATOMS:
        return atom(value)
    root, name = root_of(kind), name_of(kind)
    if (
        root in QUICK
        or (root, name) in SCALARS
        or (root == "numpy" and hasattr(kind, "itemsize") and name != "ndarray")
    ):
        return (name, repr(value))
    if depth == 0:
        return (id(kind), Same(value), len(value) if kind in SEQUENCES or kind in MAPPINGS else None)
    if kind in SEQUENCES or kind in MAPPINGS:
        return container(value, depth)
    if (root, name) == ("numpy", "ndarray"):
        return (Same(value), *array(value))
    if root == "pandas" and name in ("DataFrame", "Series"):
        return (Same(value), *table(value))
    return plain_object(value, depth)


def plain_object(value: Any, depth: int) -> tuple[Any, ...]:
    """The very object, and its attributes."""
    kind = type(value)
    fields = fields_of(value) if depth and root_of(kind) not in MACHINERY else None
    return (id(kind), Same(value), container(fields, depth) if fields else None)


def is_small_atom(value: Any) -> bool:
    """Whether it is a number or a text of Python's own that takes little room."""
    kind = type(value)
    if has_own_equality(kind) or kind not in ATOMS:
        return False
    return bool(value.bit_length() <= BIG if kind is int else kind not in (str, bytes) or len(value) <= SMALL)


def atom(value: Any) -> tuple[Any, ...]:
    """The value itself where it is small; else the object, and of a text the length and both ends."""
    kind = type(value)
    if is_small_atom(value):
        return (kind, repr(value) if kind in (float, complex) else value)  # NaN is not equal to itself
    return (kind, id(value)) if kind is int else (kind, id(value), len(value), value[:EDGE], value[-EDGE:])


def container(value: Any, depth: int) -> tuple[Any, ...]:
    """All items where they are few; else the object itself, its length, and the items at both ends."""
    kind, count = type(value), len(value)
    items = value.items() if kind in MAPPINGS else value
    if count <= SMALL >> depth:
        return (kind, count, [inner(item, kind, depth) for item in items])
    head = [inner(item, kind, depth) for item in islice(items, EDGE)]
    tail = islice(reversed(items), EDGE) if kind not in (set, frozenset) else ()
    return (kind, id(value), count, head, [inner(item, kind, depth) for item in tail])


def inner(item: Any, kind: type, depth: int) -> Any:
    if kind in MAPPINGS:
        return (mark(item[0], 0), mark(item[1], depth - 1))
    return mark(item, depth - 1)


def array(value: Any) -> tuple[Any, ...]:
    """Shape, type and a checksum of some bytes of a numpy array: all where they are few."""
    if not value.size or value.dtype.hasobject:
        return (value.shape, str(value.dtype))
    step = max(1, value.size // SAMPLES)
    sample = value.reshape(-1)[::step] if value.flags.c_contiguous else value.flat[:SAMPLES]
    return (value.shape, str(value.dtype), zlib.crc32(sample.tobytes()), repr(value.flat[value.size - 1]))


def table(value: Any) -> tuple[Any, ...]:
    """Shape, names, types and some values of a table of pandas."""
    if value.ndim == 1:
        return (value.shape, column(value))
    return (value.shape, [(mark(name, 1), column(series)) for name, series in islice(value.items(), COLUMNS)])


def column(series: Any) -> tuple[Any, ...]:
    """Of a column of a type of the user's own nothing but the name of that is known."""
    maker = root_of(type(series.dtype))
    if maker not in ("numpy", "pandas"):
        return (maker,)
    values = series.to_numpy() if maker == "numpy" else series.array
    if maker == "numpy" and not values.dtype.hasobject:
        return array(values)
    return (str(series.dtype), [mark(item, 0) for item in (*values[:EDGE], *values[-EDGE:])])
