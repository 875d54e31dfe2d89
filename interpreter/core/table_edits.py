"""How a piece of Python is changed that reads a table otherwise than its first line says."""

import ast
import re
from collections.abc import Iterator

from interpreter.core.source_edits import Edit, Source


def fields(line: str) -> list[str]:
    """The names in the header of a table, whatever separates them."""
    return [field.strip().strip('"') for field in re.split(r"[,;\t|]", line) if field.strip()]


def alike(name: str, names: list[str]) -> str | None:
    """The one of the names that differs from this one only in case, blanks, hyphens and underscores."""
    found = {each for each in names if _key(each) == _key(name)}
    return found.pop() if len(found) == 1 and name not in names else None


def as_lists(source: Source) -> Iterator[Edit]:
    """`rows = csv.reader(file)` as `rows = list(csv.reader(file))`, which can be counted and taken apart.

    Nothing where a column is asked for by its name (`rows["date"]`), which a list does not have either.
    """
    if any(isinstance(node, ast.Subscript) and _is_column(node, source) for node in source.nodes()):
        return
    for node in source.nodes():
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _is_reader(node.value, source):
            yield source.replacing(node.value, f"list({source.text(node.value)})")


def of_lines(source: Source) -> Iterator[Edit]:
    """`len(file)` as `len(list(file))`, which counts its lines."""
    files = _opened(source)
    for node in source.nodes():
        if isinstance(node, ast.Call) and len(node.args) == 1 and source.text(node.func) == "len":
            counted = source.text(node.args[0])
            if counted in files or counted.startswith("open("):
                yield source.replacing(node.args[0], f"list({counted})")


def without_header(source: Source) -> Iterator[Edit]:
    """What passes over the first line: behind `reader = csv.reader(file)`, or else before `for line in file:`.

    Nothing where the code passes over one already, or reads in another way.
    """
    if any(
        isinstance(node, ast.Call) and source.text(node.func) in ("next", "csv.DictReader", "DictReader")
        for node in source.nodes()
    ):
        return
    readers = [
        node
        for node in source.nodes()
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Call)
        and _is_reader(node.value, source)
    ]
    for node in readers:
        yield Edit(source.end(node), source.end(node), f"\n{' ' * node.col_offset}next({source.text(node.targets[0])})")
    if readers:
        return
    files = _opened(source)
    for loop in source.nodes():
        if isinstance(loop, ast.For) and isinstance(loop.iter, ast.Name) and loop.iter.id in files:
            yield Edit(source.start(loop), source.start(loop), f"next({loop.iter.id})\n{' ' * loop.col_offset}")


def _opened(source: Source) -> set[str]:
    """The names that stand for open files."""
    items = [item for node in source.nodes() if isinstance(node, ast.With) for item in node.items]
    return {item.optional_vars.id for item in items if isinstance(item.optional_vars, ast.Name)}


def _is_column(subscript: ast.Subscript, source: Source) -> bool:
    """Whether a name is taken out of what a reader was assigned to."""
    assigned = {
        source.text(node.targets[0])
        for node in source.nodes()
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _is_reader(node.value, source)
    }
    is_name = isinstance(subscript.slice, ast.Constant) and isinstance(subscript.slice.value, str)
    return is_name and source.text(subscript.value) in assigned


def _is_reader(call: ast.Call, source: Source) -> bool:
    return source.text(call.func).rpartition(".")[2] in ("reader", "DictReader")


def _key(name: str) -> str:
    return re.sub(r"[ _-]", "", name).casefold()
