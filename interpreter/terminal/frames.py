"""A data frame that the code displayed, drawn as a table that fits the terminal."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interpreter.core.tables import FIRST_ROWS, LAST_ROWS, Table
from interpreter.core.visible import visible
from interpreter.terminal.inline import BOLD, DIM
from interpreter.terminal.wrapped import columns, styled

MOST_ROWS = 60
"""Rows that pandas shows of its own accord; of more, which somebody asked for, the first and the last are drawn."""
CAPS = (60, 40, 28, 20, 14, 10)
"""Characters to which words in cells are cut, the first with which all columns fit; numbers are never cut."""
CAP = 14
"""The same where columns are left out."""
GAP = "  "
MIDDLE = "…"

_FRAME = re.compile(r"<table\b[^>]*(?:class=\"[^\"]*\bdataframe\b|id=\"T_)")
"""What pandas and polars call their tables, and pandas' Styler."""
_SIZE = re.compile(r"([\d,_]+) rows \N{MULTIPLICATION SIGN} ([\d,_]+) columns|shape: \(([\d,_]+), ([\d,_]+)\)")
_NUMBER = re.compile(
    r"[-+\N{MINUS SIGN}]?(?:[\d,_]*\.?\d+|\d+\.)(?:[eE][-+]?\d+)?%?|[-+]?inf|0x[0-9a-f]+", re.IGNORECASE
)
_NOTHING = ("", "...", "…", "⋮", "NaN", "nan", "None", "<NA>", "NaT", "null")


@dataclass(frozen=True, slots=True)
class _Column:
    """The cells of a column from top to bottom, how they are aligned, and whether they name their rows."""

    cells: tuple[str, ...]
    is_number: bool = False
    is_label: bool = False

    def width(self, cap: int) -> int:
        widest = max(map(columns, self.cells), default=0)
        return widest if self.is_number else min(widest, cap)


def drawn_frame(data: Mapping[str, Any], width: int, *, colours: bool) -> str | None:
    """The table in lines of at most `width` columns; None where the display is no data frame, or none fits."""
    html = str(data.get("text/html", ""))
    if not _FRAME.search(html):
        return None
    # Imported when there is some: its parser takes longer to load than all of ours.
    from interpreter.core.html_text import html_parts

    parts = html_parts(html)
    words = [visible(part) for part in parts if isinstance(part, str)]
    size = next((match for said in words if (match := _SIZE.search(said))), None)
    total = int(re.sub("[,_]", "", size[2] or size[4])) if size else None
    tables = [_lines(part, width - 1, total, colours) for part in parts if isinstance(part, Table)]
    if len(tables) != 1 or not tables[0]:
        return None
    lines = [_dim(visible(part), colours) if isinstance(part, str) else "\n".join(tables[0]) for part in parts]
    return "".join(f"{line}\n" for line in lines)


def _dim(text: str, colours: bool) -> str:
    return styled(text, DIM if colours else "")


def _lines(table: Table, room: int, total: int | None, colours: bool) -> list[str]:
    rows, more = _cut(table)
    all_columns = _columns(rows, table.head, table.labels)
    data_columns = total or sum(not column.is_label for column in all_columns)
    chosen, cap = _fitting(all_columns, room, data_columns)
    if not chosen:
        return []
    lines = [_row(chosen, i, cap, table.head, colours) for i in range(len(rows))]
    if table.head:
        rule = "─" * min(room, sum(column.width(cap) + len(GAP) for column in chosen) - len(GAP))
        lines.insert(table.head, _dim(rule, colours))
    if more:
        lines.append(_dim(f"({more:,} rows are not drawn)", colours))
    return lines


def _cut(table: Table) -> tuple[list[tuple[str, ...]], int]:
    """The rows to be drawn, and how many are not."""
    head, body = list(table.rows[: table.head]), list(table.rows[table.head :])
    if len(body) <= MOST_ROWS:
        return [*head, *body], 0
    kept = [*body[:FIRST_ROWS], (MIDDLE,) * max(map(len, body)), *body[-LAST_ROWS:]]
    return [*head, *kept], len(body) - FIRST_ROWS - LAST_ROWS


def _columns(rows: Sequence[Sequence[str]], head: int, labels: int) -> list[_Column]:
    count = max(map(len, rows), default=0)
    made = []
    for i in range(count):
        cells = tuple(visible(row[i]).replace("\n", " ").replace("\t", " ") if i < len(row) else "" for row in rows)
        told = [cell for cell in cells[head:] if cell not in _NOTHING]
        is_number = bool(told) and all(map(_NUMBER.fullmatch, told))
        made.append(_Column(cells, is_number, i < labels))
    return made


def _fitting(all_columns: Sequence[_Column], room: int, total: int) -> tuple[list[_Column], int]:
    """The columns that fit and how long their words may be; those in the middle give way to one that counts them."""
    for cap in CAPS:
        if _total(all_columns, cap) <= room:
            return list(all_columns), cap
    labels = [column for column in all_columns if column.is_label]
    others = all_columns[len(labels) :]
    # From both ends, and one more from the first.
    for kept in range(len(others) - 1, 0, -1):
        first = (kept + 1) // 2
        ends = [*others[:first], *others[len(others) - kept + first :]]
        left_out = total - sum(column.cells[0] not in _NOTHING[1:3] for column in ends)
        mark = _Column((f"{left_out:,} more", *[MIDDLE] * (len(others[0].cells) - 1)))
        chosen = [*labels, *ends[:first], mark, *ends[first:]]
        if _total(chosen, CAP) <= room:
            return chosen, CAP
    return [], 0


def _total(chosen: Sequence[_Column], cap: int) -> int:
    return sum(column.width(cap) for column in chosen) + len(GAP) * (len(chosen) - 1)


def _row(chosen: Sequence[_Column], number: int, cap: int, head: int, colours: bool) -> str:
    cells = []
    for column in chosen:
        text = _short(column.cells[number], column.width(cap))
        blank = " " * (column.width(cap) - columns(text))
        style = BOLD if number < head else DIM if column.is_label else ""
        drawn = styled(text, style if colours else "")
        cells.append(blank + drawn if column.is_number else drawn + blank)
    return GAP.join(cells).rstrip()


def _short(text: str, width: int) -> str:
    if columns(text) <= width:
        return text
    while text and columns(text) > width - 1:
        text = text[:-1]
    return f"{text}…" if width else ""
