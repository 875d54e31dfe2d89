"""The line above a block: its language, the machine or box, and the folder it runs in."""

import os
from pathlib import Path

from interpreter.core.visible import visible_code
from interpreter.terminal.markdown import RULE
from interpreter.terminal.wrapped import columns


def heading(parts: tuple[str, ...], width: int) -> str:
    """A line across with a title; the last part is shortened from its left, so that it fits into `width` columns."""
    if not any(parts):
        return "─" * min(width, RULE)
    title = _fitted(
        [visible_code(part).replace("\n", "␊").replace("\t", " ") for part in parts if part], max(1, width - 4)
    )
    line = f"── {title} "
    return line + "─" * max(0, min(width, RULE) - columns(line)) if columns(line) <= width else line[:width]


def short(folder: str) -> str:
    """A folder as people write it: home is `~`."""
    home = os.fspath(Path.home())
    return f"~{folder[len(home) :]}" if folder == home or folder.startswith(f"{home}{os.sep}") else folder


def _fitted(parts: list[str], room: int) -> str:
    title = " · ".join(parts)
    if columns(title) <= room or len(parts) == 1:
        return title
    *others, last = parts
    left = room - columns(" · ".join([*others, "…"]))
    while last and columns(last) > left:
        last = last[1:]
    return " · ".join([*others, f"…{last}"]) if len(last) > 3 else _fitted(others, room)
