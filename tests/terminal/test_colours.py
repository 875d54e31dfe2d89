"""When there are colours, and that those of code can be read on light and on dark backgrounds."""

import io
import re

import pytest

from interpreter.core.events import CodeDelta, CodeEnded, CodeStarted
from interpreter.core.messages import CodeBlock
from interpreter.terminal.colours import coloured
from interpreter.terminal.highlight import COLOURS, Highlighter
from interpreter.terminal.plain_screen import PlainScreen

XTERM = {"TERM": "xterm-256color"}
DUMB = {"TERM": "dumb"}


@pytest.mark.parametrize(
    ("environ", "on_a_terminal", "elsewhere"),
    [
        (XTERM, True, False),
        (DUMB, False, False),
        ({}, False, False),
        ({"TERM": ""}, False, False),
        (XTERM | {"NO_COLOR": "1"}, False, False),
        (XTERM | {"NO_COLOR": "0"}, False, False),
        (XTERM | {"NO_COLOR": ""}, True, False),
        (XTERM | {"FORCE_COLOR": "1"}, True, True),
        (XTERM | {"FORCE_COLOR": "3"}, True, True),
        (XTERM | {"FORCE_COLOR": "0"}, False, False),
        (XTERM | {"FORCE_COLOR": "False"}, False, False),
        (XTERM | {"FORCE_COLOR": ""}, True, False),
        (DUMB | {"FORCE_COLOR": "1"}, True, True),
        (XTERM | {"CLICOLOR": "0"}, False, False),
        (XTERM | {"CLICOLOR": "1"}, True, False),
        (XTERM | {"CLICOLOR": "0", "FORCE_COLOR": "1"}, True, True),
        (XTERM | {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
    ],
    ids=str,
)
def test_the_user_decides_first_and_then_the_output(environ, on_a_terminal, elsewhere):
    assert coloured(environ, is_terminal=True) is on_a_terminal
    assert coloured(environ, is_terminal=False) is elsewhere


PALETTES = {
    "xterm": {"red": 0xCD0000, "magenta": 0xCD00CD, "brightblue": 0x5C5CFF},
    "VS Code": {"red": 0xCD3131, "magenta": 0xBC3FBC, "brightblue": 0x3B8EEA},
    "Ubuntu": {"red": 0xC01C28, "magenta": 0xA347BA, "brightblue": 0x2A7BDE},
}


def luminance(colour: int) -> float:
    """Of a colour RRGGBB, from 0 to 1, as WCAG defines it."""
    parts = [(colour >> shift & 255) / 255 for shift in (16, 8, 0)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("palette", PALETTES)
def test_every_colour_of_code_can_be_read_on_black_and_on_white(palette):
    names = {colour.strip("*") for colour in COLOURS.values()} - {""}
    for name in names:
        light = luminance(PALETTES[palette][name])
        assert 1.05 / (light + 0.05) >= 3, f"{name} on white"
        assert (light + 0.05) / 0.05 >= 3, f"{name} on black"


def test_code_uses_the_sixteen_colours_alone():
    highlighter = Highlighter(colours=True)
    highlighter.start("python")
    drawn = highlighter.feed("@f\nclass A:\n    def g(self): return [1, 'a', len] # why\n")
    found = {int(part) for codes in re.findall(r"\x1b\[([0-9;]*)m", drawn) for part in codes.split(";")}
    assert found <= {0, 1, 31, 35, 39, 49, 94} and {1, 31, 35, 94} <= found


def written(*, colours: bool) -> str:
    out = io.StringIO()
    screen = PlainScreen(out, io.StringIO(), colours=colours)
    block = CodeBlock("python", "x = 'a'")
    for event in (CodeStarted("python"), CodeDelta("python", "x = 'a'"), CodeEnded(block)):
        screen.show(event)
    return out.getvalue()


def test_plain_text_has_coloured_code_only_where_it_was_asked_for():
    assert written(colours=False) == "```python\nx = 'a'\n```\n"
    coloured = written(colours=True)
    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == written(colours=False)
