"""The line that gives a piece of Python a name that it uses and never got: an import, or the start of a counter."""

import ast
import sys

from interpreter.core.source_edits import Source

_AS = {"np": "numpy", "pd": "pandas", "plt": "matplotlib.pyplot", "ET": "xml.etree.ElementTree"}
_FROM = {
    "Path": "pathlib",
    "Decimal": "decimal",
    "Fraction": "fractions",
    "ZoneInfo": "zoneinfo",
    "dataclass": "dataclasses",
    **dict.fromkeys(("Counter", "OrderedDict", "defaultdict", "deque", "namedtuple"), "collections"),
    **dict.fromkeys(("date", "timedelta", "timezone"), "datetime"),
    **dict.fromkeys(("lru_cache", "partial", "reduce"), "functools"),
    **dict.fromkeys(("chain", "combinations", "groupby", "islice", "permutations", "product"), "itertools"),
    **dict.fromkeys(("ceil", "factorial", "floor", "gcd", "isqrt", "prod", "sqrt"), "math"),
    **dict.fromkeys(("mean", "median", "stdev"), "statistics"),
}
"""Names that mean one thing to everybody."""

_IN_DATETIME = {"date", "datetime", "time", "timedelta", "timezone"}


def line_for(name: str, source: Source) -> str | None:
    """`import csv` where the code says `csv.reader`; None where nobody can know what was meant."""
    attributes = {
        node.attr
        for node in source.nodes()
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
    }
    uses = [node for node in source.nodes() if isinstance(node, ast.Name) and node.id == name]
    if name in _AS and attributes:
        return f"import {_AS[name]} as {name}"
    if name == "datetime" and not attributes & _IN_DATETIME:
        return "from datetime import datetime"
    if name in sys.stdlib_module_names and attributes and len(uses) == _count(name, source):
        return f"import {name}"
    if name in _FROM and (attributes or _is_called(name, source)):
        return f"from {_FROM[name]} import {name}"
    return f"{name} = 0" if _is_counter(name, source) else None


def _count(name: str, source: Source) -> int:
    """How often a name stands before a dot."""
    return sum(
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
        for node in source.nodes()
    )


def _is_called(name: str, source: Source) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for node in source.nodes()
    )


def _is_counter(name: str, source: Source) -> bool:
    """Whether all that is ever done to a name is to add a number that stands there: `count += 1`."""
    additions = [
        node
        for node in source.nodes()
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id == name
    ]
    stores = sum(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store) for node in source.nodes()
    )
    return bool(additions) and stores == len(additions) and all(map(_adds_a_number, additions))


def _adds_a_number(node: ast.AugAssign) -> bool:
    return (
        isinstance(node.op, ast.Add) and isinstance(node.value, ast.Constant) and type(node.value.value) in (int, float)
    )
