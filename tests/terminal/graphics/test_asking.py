"""A terminal asked what it shows."""

import os
import pty
import termios
import threading
import time
import tty as modes
from collections.abc import Iterator

import pytest

from interpreter.terminal.graphics.asking import shows_sixels


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    person, program = pty.openpty()
    yield person, program
    os.close(person)
    os.close(program)


def answers(person: int, answer: bytes) -> threading.Thread:
    """A terminal that answers once it is asked."""

    def run() -> None:
        asked = b""
        while b"\x1b[c" not in asked:
            asked += os.read(person, 100)
        for byte in answer:
            os.write(person, bytes([byte]))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("answer", "shows"),
    [(b"\x1b[?62;4;22c", True), (b"\x1b[?4c", True), (b"\x1b[?62;22;14c", False), (b"\x1b[?6c", False)],
)
def test_a_terminal_with_sixels_says_so(terminal, answer, shows):
    person, program = terminal
    before = termios.tcgetattr(program)
    thread = answers(person, answer)
    assert shows_sixels(program, limit=20) is shows
    thread.join()
    assert termios.tcgetattr(program) == before


def test_one_that_does_not_answer_is_not_waited_for(terminal):
    began = time.monotonic()
    assert shows_sixels(terminal[1], limit=0.1) is False
    assert time.monotonic() - began < 10


def test_it_is_not_asked_while_somebody_has_typed_and_what_was_typed_stays(terminal):
    person, program = terminal
    modes.setcbreak(program)
    os.write(person, b"hel")
    assert shows_sixels(program, limit=20) is False
    assert os.read(program, 10) == b"hel"
    os.set_blocking(person, False)
    with pytest.raises(BlockingIOError):
        os.read(person, 100)


def test_half_a_line_that_waits_for_its_end_counts_as_typed(terminal):
    person, program = terminal
    os.write(person, b"hel")
    assert shows_sixels(program, limit=20) is False
    os.write(person, b"lo\n")
    assert os.read(program, 10) + os.read(program, 10) == b"hello\n"


def test_what_is_no_terminal_shows_none():
    read, write = os.pipe()
    assert shows_sixels(read) is False
    os.close(read)
    os.close(write)
