"""The person at the terminal approves code and answers questions, on a real pseudo-terminal."""

import base64
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest

from interpreter.console.board import TtyBoard, plain_block
from interpreter.console.people import UNASKED, TerminalApprover, TerminalAsker
from interpreter.console.question import KEYS, KEYS_FOLDED
from interpreter.console.tty import Tty
from interpreter.core.errors import ModelFailed
from interpreter.core.explanation import Explanation
from interpreter.core.fences import FenceParser
from interpreter.core.messages import CodeBlock
from interpreter.core.policy import Guarded
from interpreter.core.ports import Refuse, Request, Run, Usage
from tests.console.pseudo_terminal import PATIENCE
from tests.fakes import FakeModel

BLOCK = CodeBlock("python", "print(1)")
QUESTION = f"Run this code? {KEYS}"
FOLDED = f"Run this code? {KEYS_FOLDED}"


def request(block: CodeBlock = BLOCK, turn: int = 1, hints: tuple[str, ...] = ()) -> Request:
    return Request(block, turn, "python", "this machine", hints)


class FakeBoard(TtyBoard):
    """Remembers what was shown; `folded` lines of each block are hidden."""

    def __init__(self, tty: Tty, folded: int = 0) -> None:
        super().__init__(tty)
        self.folded = folded
        self.shown: list[CodeBlock] = []

    def show_block(self, block: CodeBlock) -> None:
        self.shown.append(block)


@pytest.fixture
def board(terminal) -> FakeBoard:
    return FakeBoard(terminal.tty)


ENVIRONMENT = {"TERM": "xterm", "PATH": os.environ["PATH"], "PAGER": "cat", "EDITOR": "false"}


@pytest.fixture
def approver(terminal, board) -> TerminalApprover:
    return TerminalApprover(terminal.tty, terminal.token, board, environ=ENVIRONMENT)


@pytest.mark.parametrize("key", ["y", "Y", "y\n", "yes\n", "YES\r"])
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


@pytest.mark.parametrize("key", ["?", "\n", "\x1b[A", "yy", "yesterday\n", "n\ny\n", "\t", "é", "y" * 3_000])
def test_any_other_key_helps_and_asks_again(terminal, approver, key):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).types(key).sees("e  opens it in your editor").sees(QUESTION).types("y")
    assert decision.result(PATIENCE) == Run(BLOCK)


def test_help_for_keys_that_mean_nothing_comes_once_and_for_a_question_mark_always(terminal, approver):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).types("q").sees("opens it in your editor").sees(QUESTION).types("q").sees(QUESTION)
    assert "opens it" not in terminal.screen
    terminal.types("?").sees("opens it in your editor").sees(QUESTION).types("y")
    assert decision.result(PATIENCE) == Run(BLOCK)


def test_of_pasted_text_nothing_is_left_for_the_next_prompt(terminal, approver):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).types("yes please\nand then delete all\n").sees("opens it").sees(QUESTION).types("n")
    terminal.sees("why").types("\n")
    assert decision.result(PATIENCE) == Refuse()


@pytest.mark.parametrize("key", ["\x1b", "\x04"])
def test_esc_and_ctrl_d_end_the_turn(terminal, approver, key):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).types(key)
    assert decision.result(PATIENCE) == Refuse()


def test_a_no_that_is_typed_whole_is_no_word_to_the_model(terminal, approver):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).types("n").sees("why").types("o\n")
    assert decision.result(PATIENCE) == Refuse()


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


def test_a_terminal_that_is_gone_refuses(terminal, approver):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).hangs_up()
    assert decision.result(PATIENCE) == Refuse()


def test_a_warning_stands_above_hidden_characters(terminal, approver):
    block = CodeBlock("python", "x = 'a\u202eb'")
    decision = terminal.starts(lambda: approver.decide(request(block)))
    terminal.sees("hidden characters (right-to-left override)").sees(QUESTION).types("y")
    assert decision.result(PATIENCE) == Run(block)


def test_a_block_is_shown_first_only_where_nobody_has_shown_it(terminal, board):
    for shows_first in (False, True):
        approver = TerminalApprover(terminal.tty, terminal.token, board, shows_first=shows_first)
        decision = terminal.starts(lambda: approver.decide(request()))  # noqa: B023
        terminal.sees(QUESTION).types("y")
        decision.result(PATIENCE)
        assert board.shown == [BLOCK] * shows_first


def test_what_stands_out_is_noted_above_the_question_once(terminal, approver):
    found = ("deletes files (\x1b[2Jrm)", "network (curl)")
    decision = terminal.starts(lambda: approver.decide(request(hints=found)))
    terminal.sees("Note: deletes files (␛[2Jrm), network (curl).\n").sees(QUESTION).types("?").sees("copies")
    terminal.sees(QUESTION)
    assert "Note" not in terminal.screen
    terminal.types("y")
    assert decision.result(PATIENCE) == Run(BLOCK)


@pytest.mark.parametrize("code", ["a = 1\nx = 1" + " " * 60 + "; evil()", "if x:\n" + " " * 130 + "evil()"])
def test_text_behind_many_blanks_is_warned_of(terminal, approver, code):
    decision = terminal.starts(lambda: approver.decide(request(CodeBlock("python", code))))
    terminal.sees("Careful: line 2 goes on behind many blanks.\n").sees(QUESTION).types("y")
    decision.result(PATIENCE)


# -- folded code --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["y", "a"])
def test_a_folded_block_that_was_not_read_runs_at_the_second_key(terminal, approver, board, key):
    board.folded = 120
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(FOLDED).types(key).sees(f"120 lines are folded: v shows all, {key} again runs it.\n").sees(FOLDED)
    assert not decision.done()
    terminal.types(key)
    assert decision.result(PATIENCE) == Run(BLOCK)


@pytest.mark.parametrize("key", ["v", " "])
def test_a_folded_block_that_was_read_runs_at_once(terminal, approver, board, key):
    board.folded = 120
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(FOLDED).types(key).sees("```python\nprint(1)\n```").sees(FOLDED).types("y")
    assert decision.result(PATIENCE) == Run(BLOCK)
    terminal.sees_nothing_of("folded")


def test_a_pager_that_fails_leaves_the_whole_text_on_the_terminal(terminal, board):
    for pager in ("false", "/no/such/pager", "'"):
        approver = TerminalApprover(terminal.tty, terminal.token, board, environ={**ENVIRONMENT, "PAGER": pager})
        decision = terminal.starts(lambda: approver.decide(request()))  # noqa: B023
        terminal.sees(QUESTION).types("v").sees("```python\nprint(1)\n```").sees(QUESTION).types("y")
        assert decision.result(PATIENCE) == Run(BLOCK)


# -- the rest of the turn -----------------------------------------------------------------------------------------


def test_a_runs_the_rest_of_this_turn_and_the_next_turn_asks_again(terminal, approver):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).types("a")
    assert decision.result(PATIENCE) == Run(BLOCK)
    other = CodeBlock("python", "print(2)")
    decision = terminal.starts(lambda: approver.decide(request(other, hints=("network (curl)",))))
    terminal.sees(f"{UNASKED} Note: network (curl).\n")
    assert decision.result(PATIENCE) == Run(other)
    decision = terminal.starts(lambda: approver.decide(request(turn=2)))
    terminal.sees(QUESTION).types("y")
    assert decision.result(PATIENCE) == Run(BLOCK)


def test_hidden_characters_are_asked_about_even_in_a_turn_that_runs_unasked(terminal, approver):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).types("a")
    decision.result(PATIENCE)
    decision = terminal.starts(lambda: approver.decide(request(CodeBlock("python", "x = 'a\u202eb'"))))
    terminal.sees("hidden characters").sees(QUESTION).types("n").sees("why").types("\n")
    assert decision.result(PATIENCE) == Refuse()


def test_the_policy_comes_before_a_turn_that_runs_unasked(terminal, approver):
    guarded = Guarded(lambda request: "refuse" if "evil" in request.block.code else "ask", approver)
    decision = terminal.starts(lambda: guarded.decide(request()))
    terminal.sees(QUESTION).types("a")
    decision.result(PATIENCE)
    assert guarded.decide(request(CodeBlock("python", "evil()"))).by == "policy"


# -- copying ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["print(1)", "x = 'é\u202e\x1b[2J'\r\n\ty\n", "x\n" * 30_000])
def test_c_copies_exactly_the_code(terminal, approver, code):
    decision = terminal.starts(lambda: approver.decide(request(CodeBlock("python", code))))
    terminal.sees(QUESTION).types("c").sees("\x1b]52;c;").sees("\x07Copied, if your terminal allows it.\n")
    terminal.sees(QUESTION).types("y")
    decision.result(PATIENCE)
    coded = re.search(r"\x1b\]52;c;([^\x07]*)\x07", terminal.all)
    assert coded and base64.b64decode(coded[1]).decode() == code


def test_what_is_too_long_for_the_terminal_goes_to_a_program_or_is_not_copied(terminal, board, tmp_path):
    block = CodeBlock("python", "x" * 100_000)
    program = tmp_path / "xclip"
    program.write_text(f'#!/bin/sh\ncat > "{tmp_path}/copied"\n')
    program.chmod(0o700)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    for environ, said in (
        (ENVIRONMENT, "Not copied: it is too long"),
        ({**ENVIRONMENT, "PATH": path, "DISPLAY": ":0"}, "Copied.\n"),
        ({**ENVIRONMENT, "TERM": "dumb"}, "Not copied: this terminal has no clipboard."),
    ):
        approver = TerminalApprover(terminal.tty, terminal.token, board, environ=environ)
        decision = terminal.starts(lambda: approver.decide(request(block)))  # noqa: B023
        terminal.sees(QUESTION).types("c").sees(said).sees(QUESTION).types("y")
        decision.result(PATIENCE)
    assert (tmp_path / "copied").read_text() == block.code
    assert "\x1b]52" not in terminal.all


# -- explanations -------------------------------------------------------------------------------------------------


def explained_by(terminal, board, *replies) -> TerminalApprover:
    model = FakeModel(list(replies))
    return TerminalApprover(terminal.tty, terminal.token, board, explain=lambda block: Explanation(model, block))


def test_x_has_the_block_explained_and_what_it_cost_is_counted(terminal, board):
    approver = explained_by(terminal, board, "It prints \x1b[2Jone.\n```python\nprint(1)\n```", "Once more.")
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).types("x").sees("It prints ␛[2Jone.").sees(QUESTION).types("x").sees("Once more.")
    terminal.sees(QUESTION).types("y")
    assert decision.result(PATIENCE) == Run(BLOCK, Usage(20, 11))


@pytest.mark.parametrize("reply", [ModelFailed("It is asleep.", "Wake it."), ""])
def test_a_model_that_fails_to_explain_says_so_in_two_lines_and_the_question_stands_again(terminal, board, reply):
    approver = explained_by(terminal, board, reply)
    decision = terminal.starts(lambda: approver.decide(request()))
    said = "It is asleep.\nWake it.\n" if reply else "The model explained nothing.\nAsk again"
    terminal.sees(QUESTION).types("x").sees(said).sees(QUESTION).types("y")
    assert decision.result(PATIENCE).block == BLOCK


def test_where_there_is_no_model_nothing_is_explained(terminal, approver):
    decision = terminal.starts(lambda: approver.decide(request()))
    terminal.sees(QUESTION).types("x").sees("no model").sees(QUESTION).types("y")
    assert decision.result(PATIENCE) == Run(BLOCK)


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
from interpreter.console.board import TtyBoard
from interpreter.console.people import TerminalApprover
from interpreter.console.tty import open_tty
from interpreter.core.cancel import CancelToken
from interpreter.core.messages import CodeBlock
from interpreter.core.ports import Request
token, tty = CancelToken(), open_tty()
signal.signal(signal.SIGINT, lambda *_: token.cancel())
print("tty", tty is not None, flush=True)
if tty:
    block = CodeBlock("python", "print(1)")
    approver = TerminalApprover(tty, token, TtyBoard(tty))
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
    child.expect_exact(r"Run(block=CodeBlock(language='python', code='print(1)\nprint(2)')")
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
    child.expect_exact("Run(block=CodeBlock(language='python', code='print(1)')")
    child.expect(pexpect.EOF)


def test_ctrl_c_at_the_question_refuses():
    child = program()
    child.expect_exact(QUESTION)
    child.sendintr()
    child.expect_exact("Refuse(reason='', by='user'")
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
