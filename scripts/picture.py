"""Draw the pictures of the docs from real sessions on the embedded model: `.venv/bin/python scripts/picture.py`."""

import html
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pexpect
import pyte

from interpreter.storage.paths import find_paths, private_folder

ROOT = Path(__file__).resolve().parent.parent
COLUMNS, ROWS = 84, 40
CELL, LINE, MARGIN = 8.4, 19, 16
"""Pixels: the width of a character, the height of a line, the space around."""
PATIENCE = 600
"""Seconds that the model may take on a busy machine."""

PROMPT_IS_UP = "\x1b[?25h"
"""The input line shows the cursor when it is ready."""
QUESTION = "[e]dit "
BEGINS_A_LINE = "\n"
"""Ctrl-J."""


@dataclass(frozen=True, slots=True)
class Session:
    """What is typed in a folder with these files; `until_question` is drawn while the answer is still to be typed."""

    typed: tuple[str, ...]
    files: tuple[tuple[str, str], ...] = ()
    until_question: bool = False


SALES = "month,region,revenue\nMay,north,1204.50\nMay,south,980.00\nJune,north,1431.25\nJune,south,1102.75\n"
DAYS = "How many days passed from 11 February 2019 to 3 September 2024?"
LOAD = "%%python\nimport pandas as pd\nsales = pd.read_csv('sales.csv')\nsales"
PICTURES = {
    "session.svg": Session((DAYS,)),
    "question.svg": Session(("Delete the empty files in this folder.",), (("a.txt", ""), ("b.txt", "b")), True),
    "table.svg": Session((LOAD, "Print the result of sales['revenue'].mean()."), (("sales.csv", SALES),)),
}

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


@contextmanager
def sitting(session: Session) -> Iterator[pexpect.spawn]:
    """The program in a folder of its own, with a home of its own but the weights that are there already."""
    with tempfile.TemporaryDirectory() as home:
        folder, data = Path(home) / "work", private_folder(Path(home) / "ours" / "data")
        folder.mkdir()
        (data / "models").symlink_to(private_folder(find_paths(os.environ).models))
        for name, text in session.files:
            (folder / name).write_text(text)
        environment = {
            **os.environ,
            "HOME": home,
            "INTERPRETER_HOME": f"{home}/ours",
            "TERM": "xterm-256color",
            "PROMPT_TOOLKIT_NO_CPR": "1",
        }
        command = str(Path(sys.executable).with_name("interpreter"))
        child = pexpect.spawn(
            command, ["--local"], cwd=str(folder), dimensions=(ROWS, COLUMNS), encoding="utf-8", timeout=PATIENCE,
            env=environment,
        )  # fmt: skip
        try:
            yield child
        finally:
            child.close(force=True)


def seen(session: Session) -> pyte.Screen:
    """The screen after all has been typed: at the first question, or after the answer."""
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.Stream(screen)

    class Tee:
        def write(self, text: str) -> None:
            stream.feed(text)

        def flush(self) -> None: ...

    with sitting(session) as child:
        child.logfile_read = Tee()
        child.expect_exact(PROMPT_IS_UP)
        for text in session.typed:
            child.send(text.replace("\n", BEGINS_A_LINE))
            child.expect_exact(text[-5:])
            child.send("\r")
            child.expect_exact("\x1b[?2004l")
            while child.expect_exact([PROMPT_IS_UP, QUESTION]) == 1 and not session.until_question:
                child.send("y")
    return screen


def drawn(screen: pyte.Screen) -> str:
    """The screen as an SVG: no scripts, no fonts from elsewhere."""
    rows = max(row for row, text in enumerate(screen.display) if text.strip()) + 1
    width, height = COLUMNS * CELL + 2 * MARGIN, rows * LINE + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" font-size="14" '
        'font-family="ui-monospace, Menlo, Consolas, monospace">',
        '<rect width="100%" height="100%" rx="8" fill="#2e3440"/>',
    ]
    for row in range(rows):
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
    for name in sys.argv[1:] or PICTURES:
        (ROOT / "docs" / name).write_text(drawn(seen(PICTURES[name])), encoding="utf-8")
