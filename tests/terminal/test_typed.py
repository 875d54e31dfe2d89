"""The line that is typed while a turn runs, and the queue."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.visible import visible
from interpreter.terminal.key_decoder import Key, KeyDecoder
from interpreter.terminal.typed import MOMENT, Typed
from interpreter.terminal.wrapped import columns
from tests.core.test_visible import hidden_left_in

SGR = re.compile(r"\x1b\[[0-9;]*m")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def typed(keys: str, clock: Clock | None = None) -> Typed:
    line = Typed(clock or Clock())
    press(line, keys)
    return line


def press(line: Typed, keys: str) -> None:
    for key in KeyDecoder().feed(keys.encode()):
        line.take(key)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("plot it", "plot it"),
        ("plot\x7f\x7fay", "play"),
        ("\x7f\x7fa", "a"),
        ("one two  \x17", "one "),
        ("one two\x15", ""),
        ("one\x1b\rtwo\x15", "one"),
        ("字x\x7f", "字"),
        ("\x1b[200~a\r\nb\x1b[201~", "a\nb"),
    ],
)
def test_keys_edit_the_line(keys, text):
    assert typed(keys).line == text


def test_enter_queues_and_nothing_is_queued_of_an_empty_line():
    line = typed("one\r  \r\rtwo \rthr")
    assert line.queue == ["one", "two"] and line.line == "thr"
    assert (line.next(), line.next(), line.next()) == ("one", "two", None)


def test_a_paste_never_queues_itself():
    line = typed("\x1b[200~one\rtwo\r\x1b[201~")
    assert line.queue == [] and line.line == "one\ntwo\n"


def test_up_takes_the_last_one_back_only_into_an_empty_line():
    line = typed("one\rtwo\rx\x1b[A")
    assert line.line == "x" and line.queue == ["one", "two"]
    press(line, "\x7f\x1b[A!")
    assert line.line == "two!" and line.queue == ["one"]


def test_all_that_waits_becomes_one_text_and_nothing_is_left():
    line = typed("one\rtwo\rthr")
    assert line.rest() == "one\ntwo\nthr"
    assert line.rest() == "" and not line


@pytest.mark.parametrize("keys", ["e", "es", "es\r", "\r"])
def test_what_follows_an_answer_within_a_moment_belongs_to_it(keys):
    clock = Clock()
    line = typed("plot", clock)
    line.answered()
    for key in keys:
        clock.now += 0.3
        press(line, key)
    assert line.line == "plot" and line.queue == []
    clock.now += 2 * MOMENT
    press(line, " it\r")
    assert line.queue == ["plot it"]


def test_an_instruction_that_begins_like_the_answer_is_kept_whole():
    clock = Clock()
    line = typed("", clock)
    line.answered()
    press(line, "estimate it\r")
    assert line.queue == ["estimate it"]


def test_a_moment_after_an_answer_everything_counts():
    clock = Clock()
    line = typed("plot", clock)
    line.answered()
    clock.now += MOMENT
    press(line, "es\r")
    assert line.queue == ["plotes"]


@given(st.text(max_size=60), st.integers(12, 60), st.booleans())
def test_what_is_shown_is_narrower_than_the_terminal_and_only_visible(text, width, queues):
    line = Typed()
    line.take(Key("paste", text))
    if queues:
        line.take(Key("enter"))
    if not line:
        return
    shown = SGR.sub("", line.shown(width))
    assert columns(shown) < width + 1 and "\n" not in shown
    assert not hidden_left_in(shown)


def test_the_end_of_a_long_line_is_seen_and_how_much_waits():
    line = typed("first\r" + "x" * 100 + "end")
    shown = SGR.sub("", line.shown(40))
    assert shown.startswith("> …x") and "end" in shown and "(1 queued)" in shown
    press(line, "\x15")
    assert SGR.sub("", line.shown(40)) == "  1 queued, ↑ takes back: first"
    assert visible("\x1b") in SGR.sub("", typed("\x1b[200~\x1b\x1b[201~").shown(40))
