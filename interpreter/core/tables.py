"""A table as aligned lines, cut by rows and by columns and never within a line."""

from collections.abc import Sequence
from dataclasses import dataclass

FIRST_ROWS, LAST_ROWS = 20, 10
FIRST_COLUMNS, LAST_COLUMNS = 8, 4
LONGEST_CELL = 60
"""Characters of a cell; what is longer ends with a mark."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, of which the first `head` are headings; the first `labels` cells of the others name their row."""

    rows: tuple[tuple[str, ...], ...]
    head: int = 0
    labels: int = 0


def table_text(rows: Sequence[Sequence[str]], head: int = 0) -> str:
    """The rows as lines; the first `head` of them are headings, which always stay.

    Of many rows and columns the first and the last are kept, with a mark that counts the others.
    """
    width = max((len(row) for row in rows), default=0)
    cut = [_columns([_cell(cell) for cell in row] + [""] * (width - len(row))) for row in rows]
    body = cut[head:]
    more = len(body) - FIRST_ROWS - LAST_ROWS
    kept = [*body[:FIRST_ROWS], *body[-LAST_ROWS:]] if more > 1 else body
    lines = _aligned([*cut[:head], *kept])
    if more > 1:
        lines.insert(head + FIRST_ROWS, f"… {more:,} rows …")
    if width > FIRST_COLUMNS + LAST_COLUMNS + 1:
        lines.append(f"({len(body):,} rows, {width:,} columns; columns in the middle are left out)")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


def _columns(row: list[str]) -> list[str]:
    if len(row) <= FIRST_COLUMNS + LAST_COLUMNS + 1:
        return row
    return [*row[:FIRST_COLUMNS], "…", *row[-LAST_COLUMNS:]]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
