"""Reasoning is drawn to a length that a person reads, and then only counted."""

import io

from interpreter.core.events import CodeStarted, ProseDelta, ReasoningDelta, TurnEnded
from interpreter.terminal.screen import Screen
from interpreter.terminal.thoughts import CHARACTERS, LINES, Thoughts


def drawn(*events) -> str:
    out = io.StringIO()
    screen = Screen(out, colours=True, width=lambda: 80)
    for event in events:
        screen.show(event)
    return out.getvalue()


def test_short_reasoning_is_drawn_whole_and_the_answer_begins_a_line():
    text = drawn(ReasoningDelta("Two and "), ReasoningDelta("two."), ProseDelta("4\n"), TurnEnded("answered"))
    assert text == "\x1b[2mTwo and \x1b[0m\x1b[2mtwo.\x1b[0m\n4\n"


def test_of_long_reasoning_the_beginning_is_drawn_and_the_rest_counted():
    text = drawn(*[ReasoningDelta("thinking on ")] * 1_000, ProseDelta("4\n"))
    assert text.count("thinking on ") < 40
    assert f"[… {12 * 1_000 - CHARACTERS:,} more characters of reasoning …]" in text
    assert text.endswith("4\n")


def test_it_is_the_same_however_the_reasoning_comes():
    text = "one\ntwo " + "three " * 100
    whole, cut = Thoughts(), Thoughts()
    assert whole.feed(text) == "".join(cut.feed(character) for character in text)
    assert whole.left_out == cut.left_out > 0
    assert whole.finish() == cut.finish() != ""
    assert whole.finish() == ""


def test_many_short_lines_are_counted_too():
    thoughts = Thoughts()
    assert thoughts.feed("a\n" * 50).count("\n") == LINES - 1


def test_each_stretch_has_its_own_beginning():
    text = drawn(ReasoningDelta("x" * 900), CodeStarted("python"), ReasoningDelta("Again."), ProseDelta("4"))
    assert "Again." in text and text.count("more characters of reasoning") == 1


def test_nothing_in_reasoning_reaches_the_terminal_as_a_command():
    assert "\x1b]52" not in drawn(ReasoningDelta("\x1b]52;c;eA==\x07"), ProseDelta("4"))
