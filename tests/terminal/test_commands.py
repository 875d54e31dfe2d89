from types import SimpleNamespace
from typing import Any

import pytest

from interpreter.core.agent import Agent
from interpreter.core.cancel import CancelToken
from interpreter.core.messages import Variable
from interpreter.terminal.commands import carry_out, is_command
from interpreter.terminal.variables import table
from tests.fakes import FakeApprover, FakeKernel, FakeKernels, FakeModel


@pytest.mark.parametrize(
    ("text", "expected"),
    [("%vars", True), ("%help me", True), ("%", False), ("% of what?", False), ("%%time", False), ("50%", False)],
)
def test_one_sign_and_a_word_go_to_the_program(text: str, expected: bool) -> None:
    assert is_command(text) is expected


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    carry_out("%help", front=None)  # type: ignore[arg-type]
    said = capsys.readouterr().out
    assert "%help" in said
    assert "%quit" in said


def test_an_unknown_command_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    carry_out("%hlep", front=None)  # type: ignore[arg-type]
    assert "Did you mean %help?" in capsys.readouterr().out


def chat_with(*variables: Variable) -> Any:
    kernels = FakeKernels(FakeKernel(defined=variables))
    agent = Agent(FakeModel([]), kernels, FakeApprover(), cancel=CancelToken(), system=str)
    return SimpleNamespace(assembled=SimpleNamespace(agent=agent))


DF = Variable("df", "DataFrame", "5 rows x 3 columns", "columns a, b, c")
TOTAL = Variable("total", "float", "", "12.5")


def said(capsys: pytest.CaptureFixture[str], text: str, *variables: Variable) -> str:
    carry_out(text, chat_with(*variables))
    return capsys.readouterr().out


def test_variables_are_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "%vars", DF, TOTAL) == (
        "df     DataFrame  5 rows x 3 columns  columns a, b, c\ntotal  float                          12.5\n"
    )


def test_without_variables_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "%vars") == "Nothing yet.\n"


def test_a_table_is_cut_to_the_width_of_the_terminal() -> None:
    rows = [("name" * 20, "type", "", "x" * 200), ("中文" * 20, "str", "40 characters", "中" * 100)]

    lines = table(rows, 60).split("\n")

    assert len(lines[0]) == 60
    assert all(line.endswith("…") for line in lines)
    assert len(lines[1]) < 60


def test_nothing_hidden_reaches_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\x1b" not in said(capsys, "%vars", Variable("x", "str", "", "\x1b]0;title\x07"))
    assert "\x1b" not in said(capsys, "%vars x", Variable("x", "str", "", "\x1b]0;title\x07"))


def test_one_variable_is_shown_at_length(capsys: pytest.CaptureFixture[str]) -> None:
    long = Variable("text", "str", "1500 characters", "word " * 300)

    assert said(capsys, "%vars text", long, TOTAL).startswith("text str 1500 characters\nword word")


def test_a_variable_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no variable nix" in said(capsys, "%vars nix", TOTAL)
