import base64

import pytest

from interpreter.core.messages import CodeBlock, Reply
from interpreter.core.ports import Run
from interpreter.terminal.commands.outputs import blocks_of
from tests.terminal.commands.fronts import FakeTty, front_with, said


@pytest.fixture
def chat(tmp_path, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    return front_with(
        tmp_path,
        "Look:\n```python\nprint(1)\n```",
        "It is **1**.",
        "Use this:\n\n```sql\nselect 1\n```\nor so.",
        tty=FakeTty(),
    )


def copied(front):
    """What the terminal was told to put on its clipboard."""
    [sequence] = front.tty.shown
    assert sequence.startswith("\x1b]52;c;") and sequence.endswith("\x07")
    return base64.b64decode(sequence[7:-1]).decode()


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("%copy", "Use this:\n\n```sql\nselect 1\n```\nor so."),
        ("%copy 2", "It is **1**."),
        ("/copy answer 2", "It is **1**."),
        ("%copy code", "select 1"),
        ("%copy CODE 2", "print(1)"),
        ("%copy output", "ran print(1)\n"),
    ],
)
def test_what_is_named_is_copied_exactly(chat, capsys, command, text):
    shown = said(capsys, chat, "one", "two", command)
    assert copied(chat) == text
    assert f"{len(text)} characters" in shown and "\x1b" not in shown


@pytest.mark.parametrize(
    "command", ["%copy 3", "%copy code 3", "%copy output 2", "%copy code x", "%copy it", "%copy 0"]
)
def test_what_is_not_there_is_said_and_nothing_copied(chat, capsys, command):
    shown = said(capsys, chat, "one", "two", command)
    assert shown.startswith(("There is no such", "Error: "))
    assert chat.tty.shown == []


def test_what_is_too_long_for_a_terminal_is_said(chat, capsys):
    chat.assembled.agent.model.replies.insert(0, " ".join(map(str, range(40_000))))
    chat.assembled.agent.model.chunk = 100_000
    shown = said(capsys, chat, "one", "%copy")
    assert "too long" in shown and "%markdown" in shown and chat.tty.shown == []


def test_without_a_terminal_there_is_no_clipboard(chat, capsys):
    chat.tty = None
    assert "Not copied" in said(capsys, chat, "one", "%copy")


def test_the_code_is_the_one_that_ran(tmp_path, capsys):
    front = front_with(tmp_path, "```python\nprint(1)\n```", "Done.")
    front.assembled.guard._approver.decisions = [Run(CodeBlock("python", "print(2)"))]
    said(capsys, front, "go")
    assert blocks_of(front.assembled.agent.conversation.messages) == ["print(2)"]


def test_code_in_an_answer_is_code_too():
    text = "a\n~~~~ js\nx\n\n```\n~~~~\n- b\n\n  ```\n  y\n  ```\n"
    assert blocks_of((Reply(text),)) == ["x\n\n```", "y"]
