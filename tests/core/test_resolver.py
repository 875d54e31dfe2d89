"""What a terminal would show in the end of a text with returns, backspaces and moves."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.resolver import ROWS, WIDTH, Resolver, resolve


def in_pieces(text: str, size: int) -> str:
    resolver = Resolver()
    settled = [resolver.feed(text[start : start + size]) for start in range(0, len(text), size)]
    return "".join([*settled, resolver.finish()])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("abcdef\rXY", "XYcdef"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("a\r\r\nb", "a\nb"),
        ("10%\r", "10%"),
        ("10%\r\n", "10%\n"),
        ("ab\bc", "ac"),
        ("\b\ba", "a"),
        ("password: ***\b\b\b\x1b[K\n", "password:\n"),
        ("a long line\r\x1b[Kshort", "short"),
        ("abc\x1b[2K\rx", "x"),
        ("abcdef\x1b[3D\x1b[1Kg", "   gef"),
        ("abc\x1b[2GX", "aXc"),
        ("a\x1b[3Cb", "a   b"),
        ("bar      \r         \rdone", "done"),
        ("\x1b[1;31mred\x1b[0m \x1b]0;title\x07\x1b]8;;http://x\x1b\\link\x1b(B", "red link"),
        ("one\ntwo\x1b[1A\rONE\n\nthree", "ONE\ntwo\nthree"),
        ("one\ntwo\x1b[A\r\x1b[Jx", "x"),
        ("up\x1b[99Aand away", "upand away"),
        ("a\x1b", "a"),
        ("a\x1b[31", "a"),
    ],
)
def test_what_is_written_over_is_gone(text: str, shown: str) -> None:
    assert resolve(text) == shown


def test_nested_progress_bars_are_a_line_each() -> None:
    text = "\r outer 0"
    for outer in range(50):
        text += "".join(f"\n\r inner {inner}\x1b[A" for inner in range(20)) + f"\r outer {outer + 1}"
    assert resolve(text + "\n\n") == " outer 50\n inner 19\n"


@given(st.text(st.characters(exclude_characters="\r\b\x1b")), st.integers(1, 9))
def test_ordinary_text_stays_as_it_is(text: str, size: int) -> None:
    assert in_pieces(text, size) == resolve(text) == text


PIECES = [
    "a",
    "bc",
    " ",
    "\n",
    "\r",
    "\r\n",
    "\b",
    "\x1b[K",
    "\x1b[1K",
    "\x1b[2K",
    "\x1b[A",
    "\x1b[2A",
    "\x1b[B",
    "\x1b[3G",
]
PIECES += ["\x1b[J", "\x1b[C", "\x1b[9D", "\x1b[31m", "\x1b]0;t\x07", "\x1b]8;;u\x1b\\", "\x1b", "x" * 30, "é"]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.integers(1, 7))
def test_the_result_does_not_depend_on_how_the_text_is_cut(text: str, size: int) -> None:
    shown = in_pieces(text, size)
    assert shown == resolve(text)
    assert not {"\r", "\b", "\x1b"} & set(shown)
    assert resolve(shown) == shown


@given(st.lists(st.sampled_from(["x" * (WIDTH - 1), "ab", "\r", "\n", "\b", "y" * WIDTH]), max_size=8).map("".join))
def test_a_very_long_line_goes_on_in_the_next_row_wherever_it_is_cut(text: str) -> None:
    assert in_pieces(text, 1_000) == in_pieces(text, 7) == resolve(text)


def test_lines_far_above_can_no_longer_change() -> None:
    text = "".join(f"{number}\n" for number in range(100)) + f"\x1b[{ROWS + 50}A"
    assert resolve(f"{text}X") == resolve(text).replace("77", "X7")


def test_an_eager_resolver_gives_each_line_at_once_until_a_program_goes_up() -> None:
    resolver = Resolver(eager=True)
    assert resolver.feed("one\n10%\r20%") == "one\n"
    assert resolver.feed("\ntwo\n") == "20%\ntwo\n"
    assert resolver.feed("a\nb\x1b[A\rA") == ""
    assert resolver.feed("\nc\n") == ""
    assert resolver.finish() == "A\nc\n"


@pytest.mark.parametrize(
    "piece",
    [
        "\r" + "#" * 70,
        "x" * 70,
        "x" * 69 + "\n",
        "\x1b[31mx\x1b[0m\n",
        "a\b",
        "\n\rin\x1b[A\rout",
        "\x1b]0;",
        "\x1b[",
        "\x1b",
    ],
)
def test_time_is_linear_and_memory_bounded(piece: str) -> None:
    resolver = Resolver()
    began = time.perf_counter()
    for _ in range(100_000):
        resolver.feed(piece)
    assert len(resolver.open) + len(resolver._unfinished) <= ROWS * WIDTH
    assert time.perf_counter() - began < 20
