"""A list, for people as aligned columns and for programs as JSON."""

import json
from collections.abc import Sequence
from typing import Any

from interpreter.core.visible import visible


def as_table(rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, two blanks apart."""
    shown = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    padded = ("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) for row in shown)
    return "\n".join(line.rstrip() for line in padded)


def as_json(records: Sequence[dict[str, Any]]) -> str:
    """The records as one JSON list."""
    return json.dumps(records, indent=2)
