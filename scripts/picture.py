"""Draw docs/session.svg from a real session on the embedded model: `.venv/bin/python scripts/picture.py`."""

import html
import os
import sys
import tempfile
from pathlib import Path

import pexpect
import pyte

ROOT = Path(__file__).resolve().parent.parent
COLUMNS, ROWS = 84, 18
CELL, LINE, MARGIN = 8.4, 19, 16
"""Pixels: the width of a character, the height of a line, the space around."""

INSTRUCTION = "How many days passed from 11 February 2019 to 3 September 2024?"
PROMPT_IS_UP = "\x1b[?25h"
"""The input line shows the cursor when it is ready."""

COLOURS = {
    "default": "#d8dee9",
    "red": "#bf616a",
    "green": "#a3be8c",
    "brown": "#ebcb8b",
    "blue": "#81a1c1",
    "magenta": "#b48ead",
    "cyan": "#88c0d0",
    "brightblack": "#7b8494",
}


def session(folder: str) -> pyte.Screen:
    """The screen after one instruction, one approval and the answer."""
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.Stream(screen)
    command = str(Path(sys.executable).with_name("interpreter"))
    child = pexpect.spawn(
        command, ["--local"], cwd=folder, dimensions=(ROWS, COLUMNS), encoding="utf-8", timeout=180,
        env={**os.environ, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"},
    )  # fmt: skip

    class Tee:
        def write(self, text: str) -> None:
            stream.feed(text)

        def flush(self) -> None: ...

    child.logfile_read = Tee()
    child.expect_exact(PROMPT_IS_UP)
    child.send(INSTRUCTION)
    child.expect_exact(INSTRUCTION[-5:])
    child.send("\r")
    child.expect_exact("\x1b[?2004l")
    while child.expect_exact([PROMPT_IS_UP, "[e]dit "]) == 1:
        child.send("y")
    child.close(force=True)
    return screen


def drawn(screen: pyte.Screen) -> str:
    """The screen as an SVG: no scripts, no fonts from elsewhere."""
    width, height = COLUMNS * CELL + 2 * MARGIN, ROWS * LINE + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" font-size="14" '
        'font-family="ui-monospace, Menlo, Consolas, monospace">',
        '<rect width="100%" height="100%" rx="8" fill="#2e3440"/>',
    ]
    for row in range(ROWS):
        parts += _line(screen, row)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _line(screen: pyte.Screen, row: int) -> list[str]:
    cells = [screen.buffer[row][column] for column in range(COLUMNS)]
    parts, start = [], 0
    for column in range(1, COLUMNS + 1):
        if column == COLUMNS or cells[column].fg != cells[start].fg:
            text = "".join(cell.data for cell in cells[start:column])
            if text.strip():
                x, y = MARGIN + start * CELL, MARGIN + row * LINE + 14
                colour = COLOURS.get(cells[start].fg, COLOURS["default"])
                parts.append(
                    f'<text x="{x:.1f}" y="{y}" fill="{colour}" xml:space="preserve" '
                    f'textLength="{len(text) * CELL:.1f}">{html.escape(text)}</text>'
                )
            start = column
    return parts


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        (ROOT / "docs" / "session.svg").write_text(drawn(session(folder)), encoding="utf-8")
