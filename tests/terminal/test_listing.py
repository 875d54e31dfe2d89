"""Numbered code: all of it, in rows that fit, however the stream is cut; and how it is folded."""

import io
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from interpreter.core.events import CodeDelta, CodeEnded, CodeStarted, SessionStarted, TurnEnded
from interpreter.core.messages import CodeBlock
from interpreter.core.ports import Finished, TextDelta
from interpreter.core.reading import Reading
from interpreter.core.visible import visible_code
from interpreter.terminal.fold import AROUND, SHORT, Fold
from interpreter.terminal.heading import heading
from interpreter.terminal.listing import TAB, Listing, Row, listed
from interpreter.terminal.screen import Screen
from interpreter.terminal.wrapped import columns
from tests.core.test_visible import hidden_left_in
from tests.terminal.listed import lines_of, rows_of
from tests.terminal.test_highlight import CODE, LANGUAGES, SGR, cut

WIDE = st.one_of(CODE, st.text("字é🙂e\u0301 \tx1'\"", max_size=60))


def as_shown(code: str) -> list[str]:
    lines = code.split("\n")
    return [visible_code(line.expandtabs(TAB)) for line in (lines[:-1] if lines[-1] == "" else lines)]


def rows(code: str, language: str = "python", width: int = 80, size: int = 7, colours: bool = True) -> list[Row]:
    listing = Listing(lambda: width, colours=colours)
    listing.start(language)
    return [row for piece in cut(code, size) for row in listing.feed(piece)] + listing.finish()


@given(WIDE, st.sampled_from(LANGUAGES), st.integers(13, 90), st.integers(1, 40), st.booleans())
def test_without_numbers_and_ends_of_rows_it_is_the_code(code, language, width, size, colours):
    shown = SGR.sub("", "".join(row.text for row in rows(code, language, width, size, colours)))
    assert lines_of(shown) == as_shown(code)


@given(WIDE, st.integers(1, 12))
def test_on_a_narrow_terminal_the_code_is_all_there_without_numbers(code, width):
    shown = SGR.sub("", "".join(row.text for row in rows(code, "python", width)))
    assert shown.replace("\n", "") == "".join(as_shown(code))


@given(WIDE, st.integers(2, 90))
def test_no_row_is_wider_than_the_terminal(code, width):
    for row in rows(code, "python", width):
        assert columns(SGR.sub("", row.text).rstrip("\n")) <= width
        assert not SGR.findall(row.text) or SGR.findall(row.text)[-1] in ("\x1b[39;49;00m", "\x1b[0m")


@given(WIDE, st.integers(1, 40))
def test_the_rows_do_not_depend_on_the_cutting(code, size):
    assert rows(code, size=size) == rows(code, size=len(code) + 1)


def test_code_cannot_pretend_to_be_a_line_of_its_own():
    code = "x = 1" + " " * 200 + "  2  import os\n\t  3  y"
    shown = rows_of(SGR.sub("", "".join(row.text for row in rows(code, width=40))))
    assert [number for number, _ in shown if number] == [1, 2]
    assert "  2  import os" in "".join(text for _, text in shown)


def test_a_colour_goes_on_in_the_next_row():
    shown = [row.text for row in rows("x = '" + "a" * 100 + "'", width=40)]
    assert len({SGR.findall(row)[-2] for row in shown[1:]}) == 1


def test_numbers_of_four_digits_keep_their_code_apart():
    shown = listed(CodeBlock("python", "x\n" * 1_200), 80, colours=False)
    assert "999  x\n1000  x\n" in shown
    assert lines_of(shown) == ["x"] * 1_200


def reply_on_screen(reply: str, size: int, width: int) -> tuple[str, CodeBlock | None]:
    """What a reply that comes in pieces leaves on a screen, and the block that would be asked about."""
    out = io.StringIO()
    screen = Screen(out, colours=True, width=lambda: width)
    reading = Reading({"python": "python", "bash": "bash"}.get)
    for delta in [*map(TextDelta, cut(reply, size)), Finished("stop")]:
        for event in reading.take(delta):
            screen.show(event)
    return SGR.sub("", out.getvalue()), reading.reply().block


@given(CODE, st.sampled_from(["python", "bash"]), st.integers(1, 40), st.integers(20, 90))
def test_of_any_reply_what_stands_there_is_the_block_that_is_asked_about(code, language, size, width):
    shown, block = reply_on_screen(f"Before.\n\n```{language}\n{code}\n```\n", size, width)
    assume(block is not None)
    body = shown.split(f"── {language} ", 1)[1].split("\n", 1)[1].rsplit("\n─", 1)[0]
    assert lines_of(f"{body}\n" if not body.startswith("─") else "") == as_shown(block.code)


# -- folding ------------------------------------------------------------------------------------------------------


def folded(code: str, height: int, width: int = 80) -> tuple[str, Screen]:
    out = io.StringIO()
    screen = Screen(out, colours=False, width=lambda: width, height=lambda: height)
    screen.show(CodeStarted("python"))
    for piece in cut(code, 11):
        screen.show(CodeDelta("python", piece))
    screen.show(CodeEnded(CodeBlock("python", code)))
    return out.getvalue(), screen


@pytest.mark.parametrize(("lines", "height"), [(SHORT, 1), (SHORT, 24), (60 - AROUND, 60), (5_000, 0)])
def test_a_block_that_fits_stands_there_whole(lines, height):
    code = "\n".join(f"x = {n}" for n in range(lines))
    shown, screen = folded(code, height)
    assert screen.folded == 0
    assert lines_of("".join(shown.splitlines(keepends=True)[1:-1])) == code.split("\n")


@given(st.lists(st.integers(0, 200), min_size=31, max_size=200), st.integers(1, 80))
def test_the_lines_that_are_folded_are_counted_and_all_others_are_there(lengths, height):
    code = "\n".join("x" * length + "y" for length in lengths)
    shown, screen = folded(code, height)
    body = "".join(shown.splitlines(keepends=True)[1:-1])
    before, mark, after = re.split(r"⋯ ([^⋯]*) ⋯\n", body) if "⋯" in body else (body, "", "")
    assert len(body.splitlines()) <= max(SHORT, height - AROUND) + 1
    if not mark:
        assert screen.folded == 0 and lines_of(body) == code.split("\n")
        return
    count, first, last = (int(n) for n in re.findall(r"\d+", f"{mark} {mark.split()[-1]}")[:3])
    assert count == screen.folded == last - first + 1
    whole = {number for number, _ in rows_of(before) if number} | {n for n, _ in rows_of(after) if n}
    assert set(range(1, len(lengths) + 1)) - set(range(first, last + 1)) <= whole


def test_one_endless_line_is_folded_too_and_its_end_is_seen():
    shown, screen = folded("x = '" + "a" * 100_000 + "' + evil()", 24)
    assert "⋯ 1 line folded: 1 ⋯" in shown and screen.folded == 1
    assert shown.count("\n") < 40
    assert "evil()" in shown.replace("\n     ", "")


def test_the_end_of_a_block_that_was_cut_is_drawn():
    out = io.StringIO()
    screen = Screen(out, colours=False, width=lambda: 80, height=lambda: 24)
    screen.show(CodeStarted("python"))
    screen.show(CodeDelta("python", "\n".join(f"x{n}" for n in range(100))))
    screen.show(TurnEnded("interrupted"))
    assert "\n100  x99\n" in out.getvalue()


def test_a_fold_begins_anew_with_each_block():
    fold = Fold(lambda: 10)
    fold.feed([Row(n, f"{n}\n") for n in range(1, 100)])
    assert fold.finish()[0] and fold.hidden
    fold.start()
    assert (fold.hidden, fold.feed([Row(1, "a\n")]), fold.finish()) == (0, "a\n", ("", ""))


# -- the line above -----------------------------------------------------------------------------------------------


def test_the_line_above_says_language_place_and_folder():
    out = io.StringIO()
    screen = Screen(out, colours=False, width=lambda: 80)
    screen.show(SessionStarted("m", "this machine", "/srv/data"))
    screen.show_block(CodeBlock("python", "x"))
    assert out.getvalue().startswith("── python · this machine · /srv/data ───")


@given(st.text(max_size=80), st.integers(1, 100))
def test_the_line_above_fits_and_keeps_the_end_of_the_folder(folder, width):
    line = heading(("python", "this machine", folder), width)
    assert columns(line) <= width
    assert not hidden_left_in(line) and "\n" not in line


def test_a_long_folder_loses_its_beginning():
    line = heading(("python", "here", "/a" * 50 + "/end"), 60)
    assert "…" in line and line.endswith("/end ")
