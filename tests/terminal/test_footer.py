"""The footer on an emulated terminal: it stands below what is drawn, and leaves no trace."""

import io
import threading
import time

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.terminal.footer import Footer
from interpreter.terminal.long_output import ERASE_LINE

PATIENCE = 10


class Emulated(io.StringIO):
    """A terminal that is written to."""

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__()
        self.size = columns, rows
        self._screen = pyte.HistoryScreen(columns, rows, history=10_000, ratio=0.5)
        self._stream = pyte.Stream(self._screen)
        self.written = 0

    def write(self, text: str) -> int:
        self.written += len(text)
        self._stream.feed(text.replace("\n", "\r\n"))  # as the terminal's driver does
        return len(text)

    def resize(self, columns: int, rows: int) -> None:
        self.size = columns, rows
        self._screen.resize(rows, columns)

    @property
    def lines(self) -> list[str]:
        """All that stands there, with what has scrolled away."""
        above = ["".join(line[x].data for x in range(self._screen.columns)) for line in self._screen.history.top]
        shown = [line.rstrip() for line in [*above, *self._screen.display]]
        while shown and not shown[-1]:
            shown.pop()
        return shown

    @property
    def column(self) -> int:
        return int(self._screen.cursor.x)

    def shows(self, text: str) -> bool:
        until = time.monotonic() + PATIENCE
        while text not in "\n".join(self.lines) and time.monotonic() < until:
            time.sleep(0.01)
        return text in "\n".join(self.lines)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


def footer_on(terminal: Emulated, clock=None) -> Footer:
    return Footer(terminal, lambda: terminal.size, clock or Clock())


def says(*lines: str):
    return lambda width: [line[: width - 1] for line in lines]


WORDS = st.sampled_from(
    [
        "a word ",
        "\n",
        "two\nlines\n",
        "x" * 19,
        "字字",
        "\x1b[31mred",
        "\x1b[0m",
        "\t",
        f"{ERASE_LINE}again",
        "end.\n\n",
    ]
)


@given(st.lists(WORDS, max_size=40), st.sampled_from([(20, 5), (40, 3), (13, 30), (20, 2), (20, 1), (5, 5)]))
def test_what_is_drawn_is_the_same_with_it_and_without(pieces, size):
    plain, terminal = Emulated(*size), Emulated(*size)
    footer = footer_on(terminal)
    with footer.below(says("  waiting · 1 s", "> typed")):
        for piece in pieces:
            plain.write(piece)
            with footer.held():
                footer.write(piece)
                footer.flush()
            assert terminal.column == plain.column
    assert terminal.lines == plain.lines


def test_it_stands_on_the_line_or_below_what_was_begun():
    terminal = Emulated(30, 5)
    footer = footer_on(terminal)
    with footer.below(says("  waiting")):
        with footer.held():
            footer.write("One.\n")
        assert terminal.lines == ["One.", "  waiting"]
        with footer.held():
            footer.write("Two")
        assert terminal.lines == ["One.", "Two", "  waiting"]
        with footer.held():
            footer.write(" and three.\n" * 5)
        assert terminal.lines[-2:] == [" and three.", "  waiting"]
        assert len([line for line in terminal.lines if "waiting" in line]) == 1
    assert "  waiting" not in terminal.lines


def test_it_changes_by_itself_while_nothing_is_drawn():
    terminal, words = Emulated(30, 5), ["one"]
    footer = footer_on(terminal, time.monotonic)
    with footer.below(lambda width: list(words)):
        assert terminal.shows("one")
        words[:] = ["two"]
        footer.look_again()
        assert terminal.shows("two") and "one" not in terminal.lines
    assert terminal.lines == []


def test_it_is_not_drawn_again_with_every_piece_of_a_line():
    terminal = Emulated(80, 24)
    footer = footer_on(terminal)
    with footer.below(says("  writing")):
        with footer.held():
            footer.write("Once")
        before = terminal.written
        for _ in range(10):
            with footer.held():
                footer.write(" word")
        assert terminal.written - before == 50


def test_in_a_flood_it_is_drawn_a_few_times_a_second_at_most():
    terminal = Emulated(80, 24)
    footer = footer_on(terminal, lambda: 5.0)  # no time passes
    with footer.below(says("x" * 70)):
        for n in range(1000):
            with footer.held():
                footer.write(f"line {n}\n")
    assert terminal.written < 1000 * 35


def test_while_it_is_hidden_nothing_of_it_is_there():
    terminal = Emulated(30, 5)
    footer = footer_on(terminal, time.monotonic)
    with footer.below(says("  waiting")):
        assert terminal.shows("  waiting")
        with footer.hidden():
            assert terminal.lines == []
            time.sleep(0.3)
            assert terminal.lines == []
            with footer.saying(says("  explaining")):
                assert terminal.shows("  explaining")
            assert terminal.lines == []
        assert terminal.shows("  waiting")


@pytest.mark.parametrize("sizes", [[(60, 10), (20, 10), (80, 3), (5, 5), (40, 10)], [(1, 1), (80, 24)]])
def test_a_terminal_that_changes_its_size_keeps_no_trace(sizes):
    terminal = Emulated(80, 24)
    footer = footer_on(terminal, time.monotonic)
    with footer.below(says("  waiting for the model · 12 s", "> typed")):
        for size in sizes:
            terminal.resize(*size)
            for word in ("some ", "words\n", "more"):
                with footer.held():
                    footer.write(word)
    assert not any("waiting" in line or "typed" in line for line in terminal.lines)


def test_a_terminal_that_is_gone_ends_it_quietly():
    class Gone(Emulated):
        def write(self, text: str) -> int:
            raise OSError

    before = threading.active_count()
    footer = footer_on(Gone(30, 5), time.monotonic)
    with footer.below(says("  waiting")):
        time.sleep(0.3)
    assert threading.active_count() == before
