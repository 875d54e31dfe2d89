"""What a failure of the model looks like to who runs the program: two lines on stderr, and the exit code."""

import os
import subprocess
import sys

import pytest

from interpreter.core.errors import ContextTooLong, InterpreterError
from tests.llm.contract.asking import KEY
from tests.llm.contract.test_failures import ROWS
from tests.scripted_server import Breaks, Cuts, Fails, Refuses, Script, ScriptedServer
from tests.wires import ANTHROPIC, OPENAI, Wire

CUT: list[tuple[Script, str, int]] = [
    (Cuts("Half an ans"), "cut", 1),
    (Breaks("Half an ans"), "ended in the middle", 1),
]


def failed(script: Script, wire: Wire, model: str) -> subprocess.CompletedProcess[str]:
    with ScriptedServer(script, wire=wire) as server:
        base = {"INTERPRETER_API_BASE": server.url, "INTERPRETER_API_KEY": KEY}
        own = {"ANTHROPIC_API_BASE": server.url, "ANTHROPIC_API_KEY": KEY}
        return subprocess.run(
            [sys.executable, "-m", "interpreter", "-y", "-m", model, "Say hello"],
            env={**os.environ, **(base if wire is OPENAI else own)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            start_new_session=True,
        )


def assert_told(done: subprocess.CompletedProcess[str], words: str, code: int) -> None:
    assert done.returncode == code
    lines = done.stderr.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("Error: "))
    assert len(lines) == begin + 2, done.stderr
    assert words in lines[begin]
    assert KEY not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("reply", "kind", "words", "code"), ROWS, ids=lambda each: str(getattr(each, "status", "")))
def test_every_error_of_a_provider_is_two_lines_and_the_right_exit_code(
    reply: Refuses | Fails, kind: type[InterpreterError], words: str, code: int
) -> None:
    # the program shortens what is too long, and says so when that is no way out
    words = "does not fit" if kind is ContextTooLong else words
    assert_told(failed(reply, OPENAI, "xyz"), words, code)


@pytest.mark.parametrize(("script", "words", "code"), CUT, ids=["cut", "too soon"])
def test_a_reply_that_breaks_off_is_shown_as_far_as_it_came(script: Script, words: str, code: int) -> None:
    done = failed(script, OPENAI, "xyz")

    assert_told(done, words, code)
    assert "Half an ans" in done.stdout


@pytest.mark.parametrize(
    ("reply", "words", "code"),
    [(Refuses(401, "bad key"), "rejected", 2), (Refuses(529, "Overloaded"), "busy", 1), CUT[1]],
    ids=["401", "529", "too soon"],
)
def test_the_same_holds_for_a_provider_that_litellm_reaches(reply: Script, words: str, code: int) -> None:
    assert_told(failed(reply, ANTHROPIC, "anthropic/claude-sonnet-4-5"), words, code)
