"""The person at the terminal approves code and answers questions, on a real pseudo-terminal."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest

from interpreter.console.people import QUESTION, TerminalApprover, TerminalAsker, plain_block
from interpreter.core.fences import FenceParser
from interpreter.core.messages import CodeBlock
from interpreter.core.ports import Refuse, Request, Run
from tests.console.pseudo_terminal import PATIENCE

BLOCK = CodeBlock("python", "print(1)")


def request(block: CodeBlock = BLOCK) -> Request:
    return Request(block, 1, "python", "this machine")


@pytest.fixture
def shown() -> list[CodeBlock]:
    return []


@pytest.fixture
def approver(terminal, shown) -> TerminalApprover:
    return TerminalApprover(terminal.tty, terminal.token, shown.append)


@pytest.mark.parametrize("key", ["y", "Y", "y\n"])
def test_y_runs_exactly_the_block(terminal, approver, key):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).types(key).sees("y\n")
    assert decision.result(PATIENCE) == Run(BLOCK)


def test_n_and_enter_refuses_without_words(terminal, approver):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).types("n").sees("why").types("\n")
    assert decision.result(PATIENCE) == Refuse()


def test_n_and_words_refuses_with_them(terminal, approver):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).types("n").sees("why").types("  use pandas \n")
    assert decision.result(PATIENCE) == Refuse("use pandas")


@pytest.mark.parametrize("key", ["x", "\n", " ", "\x1b[A", "yes\n", "\t", "é"])
def test_any_other_key_explains_and_asks_again(terminal, approver, key):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).types(key).sees("e opens it in your editor").sees(QUESTION).types("y")
    assert decision.result(PATIENCE) == Run(BLOCK)


def test_what_was_typed_ahead_never_answers(terminal, approver):
    terminal.types("y\ny\nyyy")
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION)
    time.sleep(0.3)
    assert not decision.done()
    terminal.types("n").sees("why").types("\n")
    assert decision.result(PATIENCE) == Refuse()


def test_cancelling_at_the_question_refuses(terminal, approver):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION)
    terminal.token.cancel()
    assert decision.result(PATIENCE) == Refuse()


def test_cancelling_at_the_reason_refuses(terminal, approver):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).types("n").sees("why")
    terminal.token.cancel()
    assert decision.result(PATIENCE) == Refuse()


def test_the_end_of_input_refuses(terminal, approver):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).types("\x04")
    assert decision.result(PATIENCE) == Refuse()


def test_a_terminal_that_is_gone_refuses(terminal, approver):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).hangs_up()
    assert decision.result(PATIENCE) == Refuse()


def test_a_warning_stands_above_hidden_characters(terminal, approver):
    block = CodeBlock("python", "x = 'a\u202eb'")
    decision = terminal.starts(lambda: approver.decide(request(block)))
    terminal.sees("hidden characters (right-to-left override)").sees(QUESTION).types("y")
    assert decision.result(PATIENCE) == Run(block)


def test_a_block_is_shown_first_only_where_nobody_has_shown_it(terminal, shown):
    for shows_first in (False, True):
        approver = TerminalApprover(terminal.tty, terminal.token, shown.append, shows_first=shows_first)
        decision = terminal.starts(lambda: approver.decide(request()))  # noqa: B023
        terminal.sees(QUESTION).types("y")
        decision.result(PATIENCE)
        assert shown == [BLOCK] * shows_first


# -- input() ------------------------------------------------------------------------------------------------------


def test_input_is_answered_by_the_person(terminal):
    answer = terminal.starts(lambda: TerminalAsker(terminal.tty, terminal.token).ask("Name? ", False))
    terminal.sees("Name? ").types("Ada\n")
    assert answer.result(PATIENCE) == "Ada"
    terminal.sees("Ada")


def test_a_password_is_not_echoed(terminal):
    answer = terminal.starts(lambda: TerminalAsker(terminal.tty, terminal.token).ask("Password: ", True))
    terminal.sees("Password: ").types("hunter2\n")
    assert answer.result(PATIENCE) == "hunter2"
    assert terminal.sees_nothing_of("hunter2")


def test_breaking_off_an_input_gives_none(terminal):
    asker = TerminalAsker(terminal.tty, terminal.token)
    answer = terminal.starts(lambda: asker.ask("Name? ", False))
    terminal.sees("Name? ").types("\x04")
    assert answer.result(PATIENCE) is None


def test_the_prompt_of_code_cannot_play_tricks(terminal):
    answer = terminal.starts(lambda: TerminalAsker(terminal.tty, terminal.token).ask("\x1b[2J\u202eName? ", False))
    terminal.sees("␛[2J<U+202E>Name? ").types("\n")
    assert answer.result(PATIENCE) == ""


def test_a_plain_block_shows_all_of_it():
    shown = plain_block(CodeBlock("python", "x = '```'\u202e\n" + "y" * 500))
    assert "x = '```'<U+202E>\n" + "y" * 500 in shown
    parser = FenceParser({"python": "python"}.get)
    parser.feed(shown)
    assert parser.block and parser.block.code == "x = '```'<U+202E>\n" + "y" * 500


# -- a whole program at its own terminal --------------------------------------------------------------------------

PROGRAM = """
import signal, sys
from interpreter.console.people import TerminalApprover, plain_block
from interpreter.console.tty import open_tty
from interpreter.core.cancel import CancelToken
from interpreter.core.messages import CodeBlock
from interpreter.core.ports import Request
token, tty = CancelToken(), open_tty()
signal.signal(signal.SIGINT, lambda *_: token.cancel())
print("tty", tty is not None, flush=True)
if tty:
    block = CodeBlock("python", "print(1)")
    approver = TerminalApprover(tty, token, lambda block: tty.write(plain_block(block)))
    print(approver.decide(Request(block, 1, "python", "this machine")), flush=True)
"""


@pytest.fixture
def editor(tmp_path: Path) -> Path:
    """An editor that adds a line, once it has seen that it is at a terminal and what it is given."""
    script = tmp_path / "my editor"
    script.write_text(
        '#!/bin/sh\ntest -t 0 && test -t 1 && echo editing at a terminal\ncat "$1"\necho \'print(2)\' >> "$1"\n'
    )
    script.chmod(0o700)
    return script


def program(shell: str = "{}", **environment: str) -> pexpect.spawn:
    command = shell.replace("{}", '"$0" -c "$1"')
    kept = {name: value for name, value in os.environ.items() if name not in ("EDITOR", "VISUAL")}
    return pexpect.spawn(
        "/bin/sh",
        ["-c", command, sys.executable, PROGRAM],
        env={**kept, **environment},
        encoding="utf-8",
        timeout=PATIENCE,
        dimensions=(40, 400),
    )


@pytest.mark.parametrize("shell", ["{}", "echo data | {}", "{} < /dev/null"])
def test_an_edited_block_is_shown_again_and_is_what_runs(editor, shell):
    child = program(shell, EDITOR=f"'{editor}'")
    child.expect_exact(QUESTION)
    child.send("e")
    child.expect_exact("editing at a terminal")
    child.expect_exact("print(1)\r\nprint(2)\r\n```")
    child.expect_exact(QUESTION)
    child.send("y")
    child.expect_exact(r"Run(block=CodeBlock(language='python', code='print(1)\nprint(2)'))")
    child.expect(pexpect.EOF)


@pytest.mark.parametrize("broken", ["/nowhere/editor", "false", "'never closed", "  "])
def test_an_editor_that_fails_is_named_and_the_block_asked_about_again(broken):
    child = program(VISUAL=broken)
    child.expect_exact(QUESTION)
    child.send("e")
    child.expect_exact("The editor failed")
    child.expect_exact("Set EDITOR")
    child.expect_exact(QUESTION)
    child.send("y")
    child.expect_exact("Run(block=CodeBlock(language='python', code='print(1)'))")
    child.expect(pexpect.EOF)


def test_ctrl_c_at_the_question_refuses():
    child = program()
    child.expect_exact(QUESTION)
    child.sendintr()
    child.expect_exact("Refuse(reason='', by='user')")
    child.expect(pexpect.EOF)


@pytest.mark.parametrize("shell", ["echo y | {}", "{} | cat", "{} < /dev/null"])
def test_the_question_is_asked_at_the_terminal_whatever_is_piped(shell):
    child = program(shell)
    child.expect_exact(QUESTION)
    child.send("y")
    child.expect_exact("Run(block=")
    child.expect(pexpect.EOF)


def test_where_nobody_can_see_a_question_there_is_no_terminal():
    child = program('seen=$({} 2> /dev/null); echo "$seen"')
    child.expect_exact("tty False")


def test_without_a_terminal_there_is_none_to_open():
    out = subprocess.check_output([sys.executable, "-c", PROGRAM], stdin=subprocess.DEVNULL, start_new_session=True)
    assert out == b"tty False\n"
