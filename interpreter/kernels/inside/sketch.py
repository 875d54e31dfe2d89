"""What a value is, said in a few characters, without running code of the user's or anything that takes long."""

from __future__ import annotations

import types
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable
from itertools import islice
from typing import Any

PREVIEW = 60
ITEMS = 12
"""Items of a container that are looked at; more would not fit a preview."""
CUT = "…"

ATOMS = (bool, type(None), float, complex, range, slice, type(...))
"""Types whose repr is short whatever they hold."""
SEQUENCES: dict[Any, str] = {list: "[]", tuple: "()", set: "{}", frozenset: "{}", deque: "[]"}
MAPPINGS = (dict, OrderedDict, defaultdict, Counter)
QUICK = {"datetime", "decimal", "fractions", "pathlib", "uuid", "ipaddress", "re"}
"""Modules of Python's own whose values say quickly what they are."""
SIZED = {"numpy", "polars", "torch", "scipy", "pyarrow", "xarray", "collections", "array", "builtins"}
"""Packages whose values know their length without computing anything; the groups of a table of pandas do not."""
SHAPED = {*SIZED, "pandas"}
"""Packages whose values know their shape."""

BIG = 1_000
"""Bits of a number whose digits are no longer worth computing."""


def plainly(kind: type, name: str) -> Any:
    """An attribute of a class, whatever its metaclass makes of that."""
    return type.__getattribute__(kind, name)


def has_own_equality(kind: type) -> bool:
    """Whether to compare this class with another may run code of the user's; it is none that is known here."""
    return type(kind) is not type


def name_of(kind: type) -> str:
    """The name of a class."""
    return str(plainly(kind, "__name__"))


def root_of(kind: type) -> str:
    """The package that a class comes from."""
    module = plainly(kind, "__module__")
    return module.split(".")[0].lstrip("_") if type(module) is str else ""


def is_a(value: Any, *kinds: type) -> bool:
    """`isinstance` without asking the value, which may be a stand-in for something slow."""
    return issubclass(type(value), kinds)


def fields_of(value: Any) -> dict[str, Any] | None:
    """The attributes of an instance of a class written in Python, read without running any of its code."""
    kind = type(value)
    if is_a(value, type, types.ModuleType, types.FunctionType):
        return None
    for base in plainly(kind, "__mro__"):
        if (found := plainly(base, "__dict__").get("__dict__")) is not None:
            fields = object.__getattribute__(value, "__dict__") if is_a(found, types.GetSetDescriptorType) else None
            return fields if type(fields) is dict else None
    return None


def size(value: Any) -> str:
    """`5 rows x 3 columns`, `3 x 4`, `120 items`, `12 characters`, or nothing."""
    kind = type(value)
    shape = shape_of(value)
    if shape:
        if len(shape) == 2 and root_of(kind) in ("pandas", "polars"):
            return f"{shape[0]} rows x {shape[1]} columns"
        return counted(shape[0], "item") if len(shape) == 1 else " x ".join(map(str, shape))
    if is_a(value, type) or root_of(kind) not in SIZED or not hasattr(kind, "__len__"):
        return ""
    return counted(len(value), "character" if kind is str else "byte" if kind in (bytes, bytearray) else "item")


def shape_of(value: Any) -> tuple[int, ...] | None:
    """The shape that an array or a table has, or that an object plainly carries."""
    kind = type(value)
    if is_a(value, type):
        return None
    if root_of(kind) in SHAPED:
        shape = getattr(value, "shape", None)
    else:
        classes = (plainly(base, "__dict__") for base in plainly(kind, "__mro__"))
        shape = next((fields["shape"] for fields in (fields_of(value) or {}, *classes) if "shape" in fields), None)
    plain = issubclass(type(shape), tuple) and all(type(length) is int for length in shape or ())
    return tuple(shape or ()) if plain else None


def counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def preview(value: Any, most: int = PREVIEW) -> str:
    """At most so many characters in one line; a cut is at the end, so that what stands before it is a beginning."""
    text = " ".join(sketch(value, most).split()) if most == PREVIEW else sketch(value, most)
    return text if len(text) <= most else text[: most - 1] + CUT


def sketch(value: Any, most: int = PREVIEW, depth: int = 3) -> str:
    """A repr of about so many characters; what is not known to be quick is named by its type."""
    kind = type(value)
    if has_own_equality(kind):
        return library(value, most, depth)
    if kind in (str, bytes, bytearray):
        return repr(value) if len(value) <= most else repr(value[:most])[:-1] + CUT
    if kind is int:
        return repr(value) if value.bit_length() <= BIG else f"<{value.bit_length():,} bits>"
    if kind in ATOMS:
        return repr(value)
    if kind in SEQUENCES or kind in MAPPINGS:
        return container(value, most, depth)
    if is_a(value, type):
        return f"class {name_of(value)}"
    if kind is types.FunctionType:
        return f"def {value.__name__}"
    return library(value, most, depth)


def container(value: Any, most: int, depth: int) -> str:
    opening, closing = tuple(SEQUENCES.get(type(value), "{}"))
    if value and depth == 0:
        return f"{opening}{CUT}{closing}"
    count = max(ITEMS, most // 5)
    if type(value) in MAPPINGS:
        pairs = islice(value.items(), count)
        inner = written((f"{sketch(key, most, 0)}: {sketch(item, most, depth - 1)}" for key, item in pairs), most)
    else:
        inner = written((sketch(item, most, depth - 1) for item in islice(value, count)), most)
    if type(value) is tuple and len(value) == 1:
        inner += ","
    if not value and type(value) in (set, frozenset):
        return f"{type(value).__name__}()"
    return f"{opening}{inner}{f', {CUT}' if len(value) > count else ''}{closing}"


def written(items: Iterable[str], most: int) -> str:
    """Items until there are enough characters."""
    parts: list[str] = []
    length = 0
    for item in items:
        parts.append(item)
        length += len(item) + 2
        if length > most:
            break
    return ", ".join(parts)


def library(value: Any, most: int, depth: int) -> str:
    """Values of known packages, and the plain fields of any other object."""
    kind = type(value)
    root, name = root_of(kind), name_of(kind)
    if root in QUICK:
        return repr(value)
    if root == "numpy" and name == "ndarray":
        return f"{value.dtype} {sketch(value.flat[: max(ITEMS, most // 5)].tolist(), most, depth)}"
    if root == "numpy":
        return repr(value)
    if root in ("pandas", "polars") and name == "DataFrame":
        names = (name if type(name) is str else sketch(name, most, 1) for name in value.columns[:most])
        return f"columns {written(names, most)}"
    if root == "pandas" and name == "Series":
        return f"{value.dtype} {sketch(value.head(ITEMS).tolist(), most, depth)}"
    fields = {field: item for field, item in (fields_of(value) or {}).items() if not str(field).startswith("_")}
    if not fields:
        return f"<{name}>"
    if depth == 0:
        return f"<{name} {CUT}>"
    pairs = islice(fields.items(), ITEMS)
    return f"<{name} {written((f'{field}={sketch(item, most, depth - 1)}' for field, item in pairs), most)}>"
