"""Prose on a terminal: Markdown drawn once, whatever the pieces in which it comes."""

import re

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpreter.terminal.markdown import Markdown

SGR = re.compile(r"\x1b\[[0-9;]*m")

SAMPLE = """# Title of `it`

A paragraph with **bold words**, *italics*, `code with * in`, a [link](https://example.org/a_b_c), <https://auto.link/x>,
snake_case_name, 2 * 3 * 4, a stray ** star and &amp; so on.
Second line — with 中文字符很多很多很多很多很多很多很多很多很多很多很多很多很多很多很多很多 end.

- first item that is long enough to be wrapped onto a second line for sure, yes it is
  - nested *one*
- [ ] to do
- [x] done
10. ten

> quoted **text** that goes on and on until it must be wrapped somewhere around here
> - in a quote

| Name | Qty | Note |
|:-----|----:|:----:|
| apple | 12 | **good** |
| pear \\| x | 1 | a long note that has to be wrapped because it is so very long indeed |

---
```json
{"a": "| # *not* Markdown",
   "b": 1}
```
| not a table
end *unclosed and `tick
"""

MARKS = st.text(alphabet="ab *_`~[]()<>!\\&#|-+1.>x:/\n\u4e2d\u0301\u200b\x1b", max_size=60)


def drawn(text: str, width: int = 60, piece: int = 10_000) -> str:
    markdown = Markdown(lambda: width)
    return "".join(markdown.feed(text[i : i + piece]) for i in range(0, len(text), piece)) + markdown.finish()


def seen(text: str, width: int = 60) -> str:
    return SGR.sub("", drawn(text, width))


@pytest.mark.parametrize("piece", [1, 2, 3, 4, 7, 50])
def test_the_pieces_do_not_matter(piece: int) -> None:
    assert drawn(SAMPLE, piece=piece) == drawn(SAMPLE)


@given(MARKS, st.integers(1, 9))
@settings(max_examples=400, deadline=None)
def test_the_pieces_of_odd_text_do_not_matter(text: str, piece: int) -> None:
    assert drawn(text, piece=piece) == drawn(text)


@given(MARKS, st.sampled_from([1, 2, 10, 40]))
@settings(max_examples=200, deadline=None)
def test_nothing_but_looks_and_lines_reaches_the_terminal(text: str, width: int) -> None:
    left = SGR.sub("", drawn(text, width)).replace("\n", "")
    assert left.isprintable() or "\u0301" in left
    assert "\x1b" not in left and "\u200b" not in left


@pytest.mark.parametrize("width", [1, 2, 20, 40, 80, 200])
def test_every_line_fits(width: int) -> None:
    text = SAMPLE.split("```json")[0]
    screen = pyte.Screen(width, 400)
    pyte.Stream(screen).feed(drawn(text, width).replace("\n", "\r\n"))
    lines = [line.rstrip() for line in screen.display]
    expected = [line.rstrip() for line in seen(text, width).split("\n")]
    if width >= 20:
        # Nothing was broken by the terminal itself; pyte leaves the second cell of a wide character empty.
        assert [line.replace(" ", "") for line in lines[: len(expected)]] == [
            line.replace(" ", "") for line in expected
        ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**bold** and *it*", "\x1b[1mbold\x1b[0m and \x1b[3mit\x1b[0m\n"),
        ("***both***", "\x1b[3;1mboth\x1b[0m\n"),
        ("`a*b*c` x", "\x1b[35ma*b*c\x1b[0m x\n"),
        ("``a`b``", "\x1b[35ma`b\x1b[0m\n"),
        ("~~old~~", "\x1b[9mold\x1b[0m\n"),
        ("[docs](https://e.org/x_y_z)", "\x1b[4mdocs\x1b[0m \x1b[2m(https://e.org/x_y_z)\x1b[0m\n"),
        ("<https://e.org>", "\x1b[4mhttps://e.org\x1b[0m\n"),
        ("## Two", "\x1b[1mTwo\x1b[0m\n"),
        ("- a", "\x1b[2m• \x1b[0ma\n"),
        ("3) c", "\x1b[2m3) \x1b[0mc\n"),
        ("- [x] done", "\x1b[2m• ☑ \x1b[0mdone\n"),
        ("> q", "\x1b[2m│ \x1b[0m\x1b[2mq\x1b[0m\n"),
    ],
)
def test_looks(text: str, expected: str) -> None:
    assert drawn(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2 * 3 * 4",
        "a ** b",
        "snake_case_name",
        "__init__.py is a_file",
        "5 < 6 & 7 > 3",
        "C:\\new",
        "#hash",
        "-5 degrees",
    ],
)
def test_what_only_looks_like_marks_stays(text: str) -> None:
    if text.startswith("__"):
        assert "init" in seen(text)
    else:
        assert seen(text) == f"{text}\n"


def test_a_word_is_drawn_as_soon_as_it_is_complete() -> None:
    markdown = Markdown(lambda: 60)
    assert markdown.feed("Hello wor") == "Hello"
    assert markdown.feed("ld, this") == " world,"
    assert markdown.feed(" **is") == " this"
    assert markdown.feed(" it** ") == " \x1b[1mis\x1b[0m \x1b[1mit\x1b[0m"


def test_a_mark_that_nothing_ends_does_not_hold_up_the_rest() -> None:
    markdown = Markdown(lambda: 80)
    shown = "".join(markdown.feed(word + " ") for word in ["*never", *["word"] * 200])
    assert shown.count("word") > 150


def test_characters_that_a_reference_stands_for_are_made_visible() -> None:
    assert "\x1b" not in seen("&#27;[31m &#x202e;abc")


def test_a_table_is_aligned_and_cells_are_wrapped() -> None:
    text = "| a | much |\n|---|-----:|\n| 1 | 2 |\n| **x** | 10 |\n\nafter"
    assert seen(text).splitlines() == ["a   much", "────────", "1      2", "x     10", "", "after"]
    assert max(map(len, seen(text, 5).splitlines())) <= 5


def test_code_that_is_not_run_keeps_its_characters() -> None:
    code = "def f():\n\n    return '**x**'  # <b>\n"
    assert code in seen(f"```python example\n{code}```\n")
    assert code in seen("\n".join(["1. so:", *("   " + line for line in f"```py\n{code}```".split("\n"))]))


def test_what_follows_an_unfinished_reply_begins_anew() -> None:
    markdown = Markdown(lambda: 60)
    markdown.feed("```json\n{")
    markdown.finish()
    assert markdown.feed("**b** ") + markdown.finish() == "\x1b[1mb\x1b[0m\n"


def test_time_grows_with_the_text() -> None:
    # A quadratic one would take minutes: each of the 50,000 pieces is drawn once.
    markdown = Markdown(lambda: 80)
    text = "word *it* `code` [x](y) " * 8_000
    assert sum(len(markdown.feed(text[i : i + 4])) for i in range(0, len(text), 4)) > len(text) // 2
