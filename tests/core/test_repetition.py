"""A reply that repeats itself for ever is noticed, wherever it is cut; one that only has much of the same is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpreter.core.repetition import LENGTH, PERIOD, Repetition, without_repetition


def stopped(text: str, size: int) -> int:
    """The characters read before it was certain; all, if it never was."""
    repetition, done = Repetition(), 0
    for start in range(0, len(text), size):
        done += repetition.feed(text[start : start + size])
    return done if repetition.period else len(text)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=PERIOD), st.text(max_size=700), st.integers(1, 999))
def test_it_is_noticed_at_the_same_place_however_the_text_is_cut(unit, before, size):
    text = before + unit * (3 * LENGTH // len(unit))
    assert stopped(text, size) == stopped(text, len(text)) <= len(before) + LENGTH + 2 * PERIOD + 512


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{n}. item {n * 7}\n" for n in range(900)),
        "".join(f"x{n} = data[{n}]\n" for n in range(500)),
        "".join(f"| {n:4} | {n * n:8} |\n" for n in range(400)),
        "I will not talk.\n" * 100,
        "=" * 1_900,
        "word " * 300 + "end. " + "word " * 300,
    ],
)
def test_lists_tables_and_what_is_only_long_are_none(text):
    assert stopped(text, 7) == len(text)


def test_one_unit_is_left():
    assert without_repetition("Well: " + "na " * 100, 3) == "Well: na […]"
