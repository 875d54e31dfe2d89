"""Changes to a piece of Python by the places that its syntax tree names; all else stays as it was written."""

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

Placed = ast.expr | ast.stmt


class Edit(NamedTuple):
    """Bytes `start` to `end` of the source become `text`."""

    start: int
    end: int
    text: str


class Source:
    """Python that could be read; raises SyntaxError or ValueError for what could not."""

    def __init__(self, code: str) -> None:
        self.tree = ast.parse(code)
        self._bytes = code.encode()
        self._lines = [0]
        for line in self._bytes.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def nodes(self) -> Iterator[ast.AST]:
        """Every node of the tree."""
        return ast.walk(self.tree)

    def text(self, node: Placed) -> str:
        """How a node is written."""
        return self._bytes[self.start(node) : self.end(node)].decode()

    def start(self, node: Placed) -> int:
        """Where a node begins, in bytes."""
        return self._lines[node.lineno - 1] + node.col_offset

    def end(self, node: Placed) -> int:
        """Where a node ends, in bytes."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self._lines[node.end_lineno - 1] + node.end_col_offset

    def replacing(self, node: Placed, text: str) -> Edit:
        """The edit that writes something else in a node's place."""
        return Edit(self.start(node), self.end(node), text)

    def edited(self, edits: Iterable[Edit]) -> str:
        """The source after edits that do not overlap."""
        changed = self._bytes
        for edit in sorted(edits, reverse=True):
            changed = changed[: edit.start] + edit.text.encode() + changed[edit.end :]
        return changed.decode()
