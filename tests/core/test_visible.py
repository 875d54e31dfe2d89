"""Nothing that a terminal would obey, or that cannot be seen, gets through."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.visible import hidden_in, visible, visible_code, visible_output

EVERYTHING = [chr(n) for n in range(0x110000)]
CONTROL = {c for c in EVERYTHING if unicodedata.category(c) == "Cc" and c not in "\n\t"}
ZWNJ, ZWJ = "\u200c", "\u200d"
JOINERS = {ZWNJ, ZWJ}
HIDDEN = {c for c in EVERYTHING if unicodedata.category(c) in ("Cf", "Zl", "Zp", "Cs")}
# Default_Ignorable_Code_Point of Unicode 16 that are no format characters; those have no place in `unicodedata`.
IGNORABLE = {
    *"\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0",
    *map(chr, range(0xFE00, 0xFE10)),
    *map(chr, range(0xE0100, 0xE01F0)),
}
BLANKS = {c for c in EVERYTHING if unicodedata.category(c) == "Zs" and c != " "}
SGR = re.compile(r"\x1b\[[0-9;:]*m")

ATTACKS = [
    "\x1b]0;title\x07",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b]8;;http://evil\x1b\\",
    "\x1bP1$r0m\x1b\\",
    "\x1b[2J\x1b[H",
    "\x1b[1A\x1b[K",
    "\x1b[8mhidden\x1b[28m",
    "\x1b[6n",
    "\x1b(0",
    "\x1bc",
    "\x9b2J",
    "\x9d0;t\x9c",
    "\x90q\x9c",
    "\x08\x08\x08rm -rf",
    "a\rb",
    "\x07",
    "\x0e",
    "\x7f",
    "\u202eevil\u202c",
    "\u2066x\u2069",
    "a\u200bb",
    "\ufeff",
    "\U000e0041",
    "\u2028",
    "\x85",
    "\ud800",
]
HOSTILE = st.lists(
    st.one_of(st.text(max_size=5), st.sampled_from(ATTACKS), st.sampled_from("\x1b[]m;:0138\r\n\t"))
).map("".join)


def hidden_left_in(text: str, allowed: set[str] = JOINERS) -> set[str]:
    return {c for c in text if c in CONTROL or (c in HIDDEN and c not in allowed)}


def test_no_control_format_or_separator_character_gets_through_in_prose():
    assert not hidden_left_in(visible("".join(EVERYTHING)))


def test_no_hidden_character_gets_through_in_code():
    shown = set(visible_code("".join(EVERYTHING)))
    assert not shown & (CONTROL | HIDDEN | IGNORABLE | BLANKS)


def test_no_hidden_character_gets_through_in_output():
    assert not hidden_left_in(visible_output("\x1b[1m" + "".join(EVERYTHING)).replace("\x1b[1m", ""))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_gets_through(attack):
    for shown in (visible(attack), visible_code(attack), visible_output(attack), visible_output(f"\x1b[1m{attack}")):
        assert not hidden_left_in(SGR.sub("", shown))


@given(HOSTILE)
def test_prose_and_code_hold_no_control_character_but_line_feed_and_tab(text):
    assert not hidden_left_in(visible(text))
    assert not set(visible_code(text)) & (CONTROL | HIDDEN | IGNORABLE | BLANKS)


@given(HOSTILE)
def test_output_holds_colours_besides(text):
    assert not hidden_left_in(SGR.sub("", visible_output(text)))


@given(HOSTILE)
def test_making_visible_twice_is_making_visible_once(text):
    for make in (visible, visible_code, visible_output):
        assert make(make(text)) == make(text)


@given(HOSTILE, HOSTILE)
def test_code_is_shown_the_same_however_it_is_cut(one, two):
    assert visible_code(one) + visible_code(two) == visible_code(one + two)


@given(st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S"), include_characters=" \n\t")))
def test_ordinary_text_is_not_touched(text):
    assert visible(text) == visible_code(text) == visible_output(text) == text


@pytest.mark.parametrize("text", ["Grüße", "東京", "مرحبا", "नमस्ते", "한국어", "π ≈ 3.14", "👍", "é"])
def test_the_scripts_of_the_world_are_not_touched(text):
    assert visible(text) == visible_code(text) == visible_output(text) == text


@pytest.mark.parametrize("text", [f"می{ZWNJ}خواهم", f"👨{ZWJ}👩{ZWJ}👧", "❤\ufe0f", f"क्{ZWJ}ष"])
def test_joiners_stay_in_prose_and_are_marked_in_code(text):
    assert visible(text) == text
    assert "<U+" in visible_code(text)


@pytest.mark.parametrize("blank", ["\u00a0", "\u3000", "\u2003", "\u2800"])
def test_blanks_that_are_no_space_stay_in_prose_and_are_marked_in_code(blank):
    assert visible(f"a{blank}b") == f"a{blank}b"
    assert visible_code(f"a{blank}b") == f"a<U+{ord(blank):04X}>b"


def test_marks_say_what_was_there():
    assert visible("\x1b[2J\x00\x7f\u202e\x9b") == "␛[2J␀␡<U+202E><U+009B>"


def test_windows_line_ends_are_line_ends_in_prose_and_marked_in_code():
    assert visible("a\r\nb") == "a\nb"
    assert visible_code("a\r\nb") == "a␍\nb"


@pytest.mark.parametrize(
    "colour", ["\x1b[m", "\x1b[0m", "\x1b[1;31m", "\x1b[38;5;208m", "\x1b[38;2;8;8;8m", "\x1b[4:3m"]
)
def test_colours_of_output_stay(colour):
    assert visible_output(f"{colour}x") == f"{colour}x"


@pytest.mark.parametrize("colour", ["\x1b[38;5;8m", "\x1b[1;48;5;8m", "\x1b[38:5:8m", "\x1b[58;5;8m", "\x1b[108m"])
def test_an_eighth_colour_is_no_concealment(colour):
    assert visible_output(f"{colour}x") == f"{colour}x"


@pytest.mark.parametrize(
    "conceal", ["\x1b[8m", "\x1b[0;8m", "\x1b[08m", "\x1b[8;31m", "\x1b[38;5;8;8m", "\x1b[38;5;1;8m"]
)
def test_concealed_output_is_not_concealed(conceal):
    assert "\x1b" not in visible_output(f"{conceal}x")


def test_the_names_of_hidden_characters_are_given_once_each():
    assert hidden_in("a\u202eb\u202ec\u200b") == ("right-to-left override", "zero width space")
    assert hidden_in("print('Grüße')\n\tx") == ()


def test_a_character_without_a_name_is_named_by_its_code():
    assert hidden_in("\x1b[8m") == ("U+001B",)


@given(HOSTILE)
def test_hidden_characters_are_named_exactly_where_some_are_marked(code):
    assert bool(hidden_in(code)) == (visible_code(code) != code)
