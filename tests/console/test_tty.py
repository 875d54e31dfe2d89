"""Keys and lines on a real pseudo-terminal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.console.pseudo_terminal import PATIENCE


def test_the_key_pressed_at_the_prompt_is_the_answer_and_not_echoed(terminal):
    asked = terminal.starts(lambda: terminal.tty.key("Well? ", terminal.stops))
    terminal.sees("Well? ").types("y")
    assert asked.result(PATIENCE) == "y"
    assert terminal.sees_nothing_of("y")


@pytest.mark.parametrize("early", ["y", "y\n", "yyyy", "yes\nyes\n", "\x04", "\x1b[A"])
def test_what_was_typed_before_the_prompt_is_thrown_away(terminal, early):
    terminal.types(early).sees_nothing_of("")
    time.sleep(0.5)  # the system hands keys over in its own time
    asked = terminal.starts(lambda: terminal.tty.key("Well? ", terminal.stops))
    terminal.sees("Well? ")
    time.sleep(0.3)
    assert not asked.done()
    terminal.types("n")
    assert asked.result(PATIENCE) == "n"


def test_a_key_pressed_as_soon_as_the_prompt_stands_there_is_never_lost(terminal):
    for _ in range(50):
        asked = terminal.starts(lambda: terminal.tty.key("Well? ", terminal.stops))
        terminal.sees("Well? ").types("y")
        assert asked.result(PATIENCE) == "y"


def test_a_key_of_many_bytes_is_one_key(terminal):
    for key in ("é", "\x1b[A", "字"):
        asked = terminal.starts(lambda: terminal.tty.key("Well? ", terminal.stops))
        terminal.sees("Well? ").types(key)
        assert asked.result(PATIENCE) == key


def test_a_key_is_not_waited_for_once_it_is_to_stop(terminal):
    asked = terminal.starts(lambda: terminal.tty.key("Well? ", lambda: terminal.token.is_set))
    terminal.sees("Well? ")
    terminal.token.cancel()
    assert asked.result(PATIENCE) is None


def test_a_line_is_read_without_its_end_and_echoed(terminal):
    asked = terminal.starts(lambda: terminal.tty.line("Name? ", terminal.stops))
    terminal.sees("Name? ").types("Ada Lovelace é\n")
    assert asked.result(PATIENCE) == "Ada Lovelace é"
    terminal.sees("Ada Lovelace é\n")


def test_an_empty_line_is_an_answer_and_the_end_of_input_is_none(terminal):
    for keys, answer in (("\n", ""), ("\x04", None), ("ab\x7fc\n", "ac")):
        asked = terminal.starts(lambda: terminal.tty.line("Name? ", terminal.stops))
        terminal.sees("Name? ").types(keys)
        assert asked.result(PATIENCE) == answer


def test_a_hidden_line_is_not_echoed(terminal):
    for _ in range(50):
        asked = terminal.starts(lambda: terminal.tty.line("Password: ", terminal.stops, hidden=True))
        terminal.sees("Password: ").types("hunter2\n")
        assert asked.result(PATIENCE) == "hunter2"
        assert "hunter2" not in terminal.screen
    assert terminal.sees_nothing_of("hunter2")


def test_a_line_is_not_waited_for_once_it_is_to_stop(terminal):
    for hidden in (True, False):
        terminal.token.clear()
        asked = terminal.starts(lambda h=hidden: terminal.tty.line("Name? ", lambda: terminal.token.is_set, hidden=h))
        terminal.sees("Name? ").types("half")
        terminal.token.cancel()
        assert asked.result(PATIENCE) is None
        assert terminal.finds_its_modes_as_they_were()
        terminal.types("\x15")


def test_whoever_else_reads_keys_stands_aside_while_somebody_is_asked(terminal):
    seen = []

    @contextmanager
    def aside() -> Iterator[None]:
        seen.append(terminal.tty.is_asking)
        yield
        seen.append(terminal.finds_its_modes_as_they_were())

    terminal.tty.aside = aside
    asked = terminal.starts(lambda: terminal.tty.key("Well? ", terminal.stops))
    terminal.sees("Well? ")
    assert seen == [False] and terminal.tty.is_asking
    terminal.types("y")
    assert asked.result(PATIENCE) == "y"
    assert seen == [False, True] and not terminal.tty.is_asking


def test_the_modes_are_those_of_before_even_after_an_error(terminal):
    def fails() -> bool:
        raise SystemExit(143)

    asked = terminal.starts(lambda: terminal.tty.key("Well? ", fails))
    with pytest.raises(SystemExit):
        asked.result(PATIENCE)
    assert terminal.finds_its_modes_as_they_were()


def test_a_terminal_that_is_gone_gives_no_key_and_no_line(terminal):
    key = terminal.starts(lambda: terminal.tty.key("Well? ", terminal.stops))
    terminal.sees("Well? ").hangs_up()
    assert key.result(PATIENCE) is None
    assert terminal.starts(lambda: terminal.tty.line("Name? ", terminal.stops)).result(PATIENCE) is None
    assert terminal.starts(lambda: terminal.tty.key("Well? ", terminal.stops)).result(PATIENCE) is None


def test_a_long_text_is_written_whole(terminal):
    text = "é line\n" * 20_000
    written = terminal.starts(lambda: terminal.tty.write(text + "END"))
    terminal.sees("END")
    written.result(PATIENCE)


def test_what_utf_8_cannot_hold_is_written_as_a_question_mark(terminal):
    terminal.tty.write("a\ud800b")
    terminal.sees("a?b")
