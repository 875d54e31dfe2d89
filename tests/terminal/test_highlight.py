"""Colours add nothing to code and take nothing away."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpreter.core.visible import visible_code
from interpreter.terminal.highlight import Highlighter

SGR = re.compile(r"\x1b\[[0-9;]*m")
LANGUAGES = ["python", "bash", "javascript", "typescript", "r", "ruby", "java", "sql", "julia", "html", "nothing-known"]
SOURCES = {
    "python": 'def f(x):\n    """Says\n    \'\'\' and\n    "more".\n    """\n    return f\'{x!r}\' # it\'s """\n\n\n',
    "bash": "echo '''a'' \"$x\" <<E\n`ls`\nE\n# it's\n",
    "javascript": "const x = `a\n${y}` // '''\nif (x === '\"\"\"') {}\n",
    "r": "x <- '\"\"\"'\ny <- \"'''\"\n%>%\n",
    "html": "<b>\n<script>'''</script>\n",
}
PARTS = st.one_of(
    st.text(max_size=4),
    st.sampled_from(
        [
            '"""',
            "'''",
            "'",
            '"',
            "\n",
            "\n\n",
            "    ",
            "\t",
            "#",
            "\\",
            "def f():",
            "`",
            "\x1b[2J",
            "\u202e",
            "\r",
            "$(",
            "\ufeff",
            "//",
            "/*",
            "{",
            "}",
            "<b>",
            "r'",
            'f"',
            "\\n",
        ]
    ),
)
CODE = st.lists(PARTS, max_size=20).map("".join)


def painted(pieces: list[str], language: str, *, colours: bool = True) -> str:
    highlighter = Highlighter(colours=colours)
    highlighter.start(language)
    return "".join([highlighter.feed(piece) for piece in pieces] + [highlighter.finish()])


def cut(text: str, size: int) -> list[str]:
    return [text[i : i + size] for i in range(0, len(text), size)]


@given(CODE, st.sampled_from(LANGUAGES), st.integers(1, 40), st.booleans())
@settings(max_examples=500)
def test_without_its_colours_it_is_the_visible_code(code, language, size, colours):
    assert SGR.sub("", painted(cut(code, size), language, colours=colours)) == visible_code(code)


@given(CODE, st.sampled_from(LANGUAGES), st.integers(1, 40))
def test_the_colours_do_not_depend_on_the_cutting(code, language, size):
    assert painted(cut(code, size), language) == painted([code], language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_real_code_is_the_same_at_every_chunk_size(source, language):
    for size in range(1, len(source) + 1):
        assert SGR.sub("", painted(cut(source, size), language)) == visible_code(source)


def test_code_is_coloured_and_every_line_ends_without_colour():
    lines = painted([SOURCES["python"]], "python").split("\n")
    assert any(SGR.search(line) for line in lines)
    for line in lines:
        codes = SGR.findall(line)
        assert not codes or codes[-1] in ("\x1b[39;49;00m", "\x1b[0m")


def test_a_line_inside_an_open_string_is_coloured_as_a_string():
    inside = painted(["x = '''\nimport os\n'''\n"], "python").split("\n")[1]
    assert SGR.findall(inside)[0] == SGR.findall(painted(["'import os'"], "python"))[0]
    assert SGR.findall(inside) != SGR.findall(painted(["import os"], "python"))


def test_without_colours_text_passes_at_once():
    highlighter = Highlighter(colours=False)
    highlighter.start("python")
    assert highlighter.feed("pri") == "pri"


def test_hidden_characters_are_visible_with_and_without_colours():
    for colours in (True, False):
        shown = painted(["x = 'a\u202eb'\x1b[8m"], "python", colours=colours)
        assert "<U+202E>" in shown and "␛[8m" in SGR.sub("", shown)
