"""The command `%vars`: what the code has defined, as a table of the terminal's width."""

import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING

from interpreter.core.messages import Variable
from interpreter.core.visible import visible

if TYPE_CHECKING:
    from interpreter.core.ports import Kernels
    from interpreter.terminal.front import Front

GAP = "  "
WIDEST = (24, 16, 24)
"""Columns of a name, a type and a size; the preview has the rest."""
NOTHING = "Nothing yet."


def show_variables(front: "Front", words: list[str]) -> str:
    """All variables, or those that are named, at length."""
    kernels, width = front.assembled.agent.kernels, shutil.get_terminal_size().columns
    return "\n".join(_at_length(kernels, name) for name in words) if words else _all(kernels, width)


def table(rows: Sequence[Sequence[str]], width: int) -> str:
    """Aligned columns in lines of at most so many columns of the terminal."""
    widths = [
        min(most, max(map(_width, column))) for most, column in zip(WIDEST, zip(*rows, strict=True), strict=False)
    ]
    lines = []
    for row in rows:
        cells = [_fitted(cell, width_) for cell, width_ in zip(row, widths, strict=False)]
        lines.append(_cut(GAP.join([*cells, *row[len(widths) :]]).rstrip(), width))
    return "\n".join(lines)


def _all(kernels: "Kernels", width: int) -> str:
    listed = {name: kernels.get(name).variables() for name in dict.fromkeys(("python", *kernels.started()))}
    found = {language: variables for language, variables in listed.items() if variables}
    parts = []
    for language, variables in found.items():
        rows = table([_row(variable) for variable in variables], width)
        parts.append(f"{visible(language)}\n{rows}" if len(found) > 1 else rows)
    return "\n\n".join(parts) or NOTHING


def _at_length(kernels: "Kernels", name: str) -> str:
    for language in dict.fromkeys(("python", *kernels.started())):
        for found in kernels.get(language).variables(name):
            words = " ".join(part for part in (found.name, found.type, found.size) if part)
            return visible(f"{words}\n{found.preview}".rstrip())
    return visible(f"There is no variable {name}. %vars lists all.")


def _row(variable: Variable) -> tuple[str, ...]:
    return tuple(_line(field) for field in (variable.name, variable.type, variable.size, variable.preview))


def _line(text: str) -> str:
    return visible(" ".join(text.split()))


def _fitted(text: str, width: int) -> str:
    cut = _cut(text, width)
    return cut + " " * (width - _width(cut))


def _cut(text: str, width: int) -> str:
    if _width(text) <= width:
        return text
    while _width(text) > width - 1:
        text = text[:-1]
    return f"{text}…"


def _width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from prompt_toolkit.utils import get_cwidth

    return get_cwidth(text)
