"""A bar for what takes long once."""

import io
import re

from interpreter.terminal.progress import WIDTH, show_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_grows_to_its_width_and_is_erased():
    out = Terminal()
    advance = show_progress(out)
    for done in range(0, 101, 10):
        advance(done, 100)
    drawn = out.getvalue().split("\r")
    assert [len(bar) for bar in re.findall(r"\[([#.]+)\]", out.getvalue())] == [WIDTH] * 11
    assert "50 %" in out.getvalue() and "100 %" in out.getvalue()
    assert drawn[-1] == "\x1b[K"


def test_it_is_drawn_once_a_percent():
    out = Terminal()
    advance = show_progress(out)
    for done in range(10_001):
        advance(done, 10_000)
    assert out.getvalue().count("%") == 101


def test_it_fits_a_narrow_terminal():
    out = Terminal()
    show_progress(out)(1, 3)
    assert len(out.getvalue()) < 80


def test_nothing_is_drawn_where_nobody_looks():
    out = io.StringIO()
    show_progress(out)(50, 100)
    assert out.getvalue() == ""


def test_nothing_to_do_is_done_at_once():
    out = Terminal()
    show_progress(out)(0, 0)
    assert out.getvalue().endswith("\r\x1b[K")
