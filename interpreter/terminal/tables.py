"""A Markdown table, drawn when it is complete: its columns have to be known."""

import io
import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from rich import box
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from interpreter.core.visible import visible
from interpreter.terminal.inline import BOLD, DIM, ITALIC, MAGENTA, STRUCK, UNDERLINED, spans

Justify: TypeAlias = Literal["left", "center", "right"]

_STYLES = {
    BOLD: Style(bold=True),
    DIM: Style(dim=True),
    ITALIC: Style(italic=True),
    UNDERLINED: Style(underline=True),
    STRUCK: Style(strike=True),
    MAGENTA: Style(color="magenta"),
}
_BAR = re.compile(r"(?<!\\)\|")


def drawn_table(rows: Sequence[str], width: int) -> str:
    """The rows of a table in Markdown, its divider second, within so many columns; long cells are wrapped."""
    head, divider, *body = (cells(row) for row in rows)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style=Style(bold=True))
    for i, title in enumerate(head):
        table.add_column(cell(title), justify=_justify(divider[i] if i < len(divider) else ""), overflow="fold")
    for row in body:
        table.add_row(*(cell(text) for text in row[: len(head)]))
    out = io.StringIO()
    console = Console(file=out, width=max(1, width), force_terminal=True, color_system="standard", legacy_windows=False)
    console.print(table)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines() if line.strip())


def cells(row: str) -> list[str]:
    """The texts between the bars of a row."""
    inner = row.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [text.strip().replace("\\|", "|") for text in _BAR.split(inner)]


def cell(text: str) -> Text:
    """A cell's text in its looks."""
    drawn = Text()
    for said, style in spans(text):
        drawn.append(visible(said), Style.combine([Style(), *(_STYLES[part] for part in style.split(";") if part)]))
    return drawn


def _justify(divider: str) -> Justify:
    ends = divider.startswith(":"), divider.endswith(":")
    return "center" if all(ends) else "right" if ends[1] else "left"
