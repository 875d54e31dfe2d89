import re
import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from interpreter.core.agent import Agent
from interpreter.core.cancel import CancelToken
from interpreter.core.messages import Variable
from interpreter.terminal.commands import COMMANDS, carry_out, is_command
from interpreter.terminal.variables import table
from tests.fakes import FakeApprover, FakeKernel, FakeKernels, FakeModel


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%vars", True),
        ("%help me", True),
        ("%", False),
        ("% of what?", False),
        ("%%time", False),
        ("50%", False),
        ("/vars", True),
        ("/VARS x", True),
        ("/hlep", True),
        ("/", False),
        ("/etc is full, why?", False),
        ("/nowhere/data.csv has what columns?", False),
        ("//", False),
        ("", False),
    ],
)
def test_one_sign_and_a_word_go_to_the_program(text: str, expected: bool) -> None:
    assert is_command(text) is expected


def test_a_folder_whose_name_is_near_a_command_is_a_folder() -> None:
    assert Path("/var").is_dir()
    assert not is_command("/var is full")
    assert is_command("%var")


@pytest.mark.parametrize("sign", ["%", "/"])
def test_help_lists_every_command(sign: str, capsys: pytest.CaptureFixture[str]) -> None:
    carry_out(f"{sign}help", chat_with())
    text = capsys.readouterr().out
    lines = text.partition("\n\n")[0].splitlines()
    assert all(sign in text.partition("\n\n")[2] for sign in ("!COMMAND", "!!COMMAND", "%%python", "@FILE"))
    assert [line.split()[0] for line in lines] == [f"%{command.name}" for command in COMMANDS]
    assert max(map(len, lines)) < 80


def test_the_manual_lists_every_command_and_no_other() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "terminal.md").read_text(encoding="utf-8")
    table = manual.partition("## Commands")[2].partition("## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `%")]
    assert [re.findall(r"`%(\w+)", row)[0] for row in rows] == [command.name for command in COMMANDS]
    assert all(len(set(re.findall(r"`%(\w+)", row))) == 1 for row in rows)


def test_no_name_is_given_twice() -> None:
    names = [name for command in COMMANDS for name in (command.name, *command.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("typed", ["%hlep", "/hlep", "%HLEP me"])
def test_an_unknown_command_names_the_nearest(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    carry_out(typed, chat_with())
    assert "Did you mean %help?" in capsys.readouterr().out


def test_a_command_that_is_like_no_other_leads_to_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    carry_out("%\x1b]0;qqq", chat_with())
    said = capsys.readouterr().out
    assert "%help lists the commands." in said and "\x1b" not in said


def test_a_command_after_a_turn_that_was_stopped_is_carried_out() -> None:
    front = chat_with()
    front.assembled.agent.token.cancel()
    carry_out("%help", front)
    assert not front.assembled.agent.token.is_set


def test_ctrl_c_stops_what_a_command_waits_for_and_nothing_else() -> None:
    front = chat_with()
    token = front.assembled.agent.token
    kernel = front.assembled.agent.kernels.kernel

    def wait(name: str | None = None) -> tuple[Variable, ...]:
        signal.raise_signal(signal.SIGINT)
        assert token.is_set
        return ()

    kernel.variables = wait
    carry_out("%vars", front)


def chat_with(*variables: Variable) -> Any:
    kernels = FakeKernels(FakeKernel(defined=variables))
    agent = Agent(FakeModel([]), kernels, FakeApprover(), cancel=CancelToken(), system=str)
    session = SimpleNamespace(sync=lambda: None)
    return SimpleNamespace(assembled=SimpleNamespace(agent=agent, session=session))


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
