"""The prompt at a real terminal: every key, pastes, history, completion, attachments, and code that is typed."""

import base64
import stat
import time
from pathlib import Path

import pytest

from tests.scripted_server import Says
from tests.terminal.person import PATIENCE, Person
from tests.terminal.test_chat_tty import DONE, QUESTION, SUM, asked, sits_down

ALT_ENTER, UP, ESC = "\x1b\r", "\x1b[A", "\x1b"
WIDTHS = pytest.mark.parametrize("columns", [40, 80, 200])
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def pasted(text: str) -> str:
    return f"\x1b[200~{text}\x1b[201~"


def shown(person: Person, text: str) -> bool:
    """Whether the screen comes to show a text, however it is drawn."""
    until = time.monotonic() + PATIENCE
    while text not in person.screen and time.monotonic() < until:
        person.waits(0.1)
    return text in person.screen


def has_gone(person: Person, text: str) -> bool:
    """Whether a text comes to stand on the screen no more."""
    until = time.monotonic() + PATIENCE
    while text in person.screen and time.monotonic() < until:
        person.waits(0.1)
    return text not in person.screen


def instructions(server) -> list[str]:
    return [request["messages"][-1]["content"] for request in server.requests]


# Lines


@WIDTHS
def test_new_lines_are_begun_in_three_ways_and_stand_below_each_other(columns):
    with sits_down(DONE, columns=columns) as (person, server):
        person.sees_prompt().types(f"one{ALT_ENTER}two").presses_ctrl("j").types("three\\").finds("three\\")
        person.types("\r").misses("three\\").types("four").finds("four")
        assert shown(person, "> one\n  two\n  three\n  four")
        person.types("\r").sees("All done.")
        assert person.leaves() == 0
        assert asked(server) == "one\ntwo\nthree\nfour"


@WIDTHS
def test_ten_thousand_pasted_lines_wait_for_enter_and_arrive_whole(columns):
    text = "\n".join(f"line {number}\tof many" for number in range(10_000))
    with sits_down(DONE, columns=columns) as (person, server):
        person.sees_prompt().types(pasted(text)).sees("line 9999").waits(0.5)
        assert server.requests == []
        person.types("\r").sees("All done.")
        assert person.leaves() == 0
        assert asked(server) == text


@WIDTHS
def test_a_paste_commands_neither_the_terminal_nor_the_prompt(columns):
    text = (
        "!rm\r\n\x1b]0;evil\x07\x1b[2J\x03\x04 a\u202eb\u200bc "
        "\x9b31m e\u0301 \U0001f469\u200d\U0001f4bb 中文 %quit\r\nexit"
    )
    with sits_down(DONE, columns=columns) as (person, server):
        person.sees_prompt().types("say ").types(pasted(text)).sees("exit").waits(0.3)
        assert server.requests == []
        assert not any(bad in person.raw for bad in ("\x1b]0", "\x1b[2J", "\u202e", "\u200bc", "\x9b"))
        assert "<U+202E>" in person.screen.replace("\n  ", "")
        person.types("\r").sees("All done.")
        assert person.leaves() == 0
        assert asked(server) == f"say {text}".replace("\r\n", "\n")


def test_a_burst_of_lines_without_marks_is_a_paste_too():
    with sits_down(DONE) as (person, server):
        person.sees_prompt().types("def f():\r    return 1\r\rf()\r").waits(1)
        assert server.requests == []
        person.types("\r").sees("All done.")
        assert person.leaves() == 0
        assert asked(server) == "def f():\n    return 1\n\nf()"


def test_what_is_typed_before_the_prompt_is_there_is_sent_all_the_same():
    with sits_down(DONE) as (person, server):
        person.types("hello\r").sees("All done.")
        assert person.leaves() == 0
        assert asked(server) == "hello"


# Keys


def test_ctrl_c_empties_the_line_and_says_once_how_to_leave():
    with sits_down(DONE) as (person, server):
        person.sees_prompt().types("delete").presses_ctrl("c").sees_prompt()
        assert "leaves." not in person.screen
        person.presses_ctrl("c").sees("Ctrl-D or %quit leaves.").sees_prompt()
        person.presses_ctrl("c").sees_prompt().presses_ctrl("c").says("go").sees("All done.")
        assert person.leaves() == 0
        assert person.screen.count("%quit leaves.") == 1 and asked(server) == "go"


def test_ctrl_d_leaves_an_empty_line_only():
    with sits_down(DONE) as (person, server):
        person.sees_prompt().types("ab").presses_ctrl("a").presses_ctrl("d").waits(0.3).types("\r").sees("All done.")
        assert person.leaves() == 0
        assert asked(server) == "b"


def test_esc_alone_does_nothing_and_takes_no_key_that_follows():
    with sits_down(DONE) as (person, server):
        person.sees_prompt().types("wor").types(ESC).waits(0.6).types("b").types(ESC).waits(0.6).types("\r")
        person.sees("All done.")
        assert person.leaves() == 0
        assert asked(server) == "worb"


def editor(folder: Path, script: str) -> dict[str, str]:
    path = folder / "editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return {"VISUAL": "", "EDITOR": str(path)}


def test_the_editor_brings_the_text_back_and_does_not_send_it(tmp_path):
    with sits_down(DONE, environment=editor(tmp_path, "echo second >> $1")) as (person, server):
        person.sees_prompt().types("first").presses_ctrl("x").presses_ctrl("e").sees("second").waits(0.3)
        assert server.requests == []
        person.types("!\r").sees("All done.")
        assert person.leaves() == 0
        assert asked(server) == "first\nsecond!"


@pytest.mark.parametrize("named", ["false", "/no/such/editor", "vim 'open"])
def test_an_editor_that_fails_is_said_and_the_text_stays(named):
    with sits_down(DONE, environment={"VISUAL": "", "EDITOR": named}) as (person, server):
        person.sees_prompt().types("first").presses_ctrl("x").presses_ctrl("e").sees("The editor failed", "first")
        person.types("!\r").sees("All done.")
        assert person.leaves() == 0
        assert asked(server) == "first!"


# History


def test_the_history_lasts_and_is_gone_through_in_every_way(home):
    with sits_down(DONE) as (person, _):
        person.says("apple pie").sees("All done.")
        person.sees_prompt().types(pasted("banana\nsplit\nnow")).types("\r").sees("All done.")
        person.says("cherry").sees("All done.")
        assert person.leaves() == 0
    with sits_down(DONE) as (person, server):
        person.sees_prompt().types(UP).sees("cherry").types(UP).sees("now").types(UP + UP + "X\r").sees("All done.")
        person.sees_prompt().types("ap").types(UP).sees("ple pie").types("\r").sees("All done.")
        person.sees_prompt().presses_ctrl("r").types("err").sees("cherry").types("\r").waits(0.3).types("\r")
        person.sees("All done.")
        assert person.leaves() == 0
        assert [each.replace("X", "") for each in instructions(server)] == ["banana\nsplit\nnow", "apple pie", "cherry"]
        assert "X" in instructions(server)[0].split("\n")[0]
    file = home / "data" / "history"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_in_private_it_lasts_as_long_as_the_chat(home):
    with sits_down(DONE, arguments=("--private",)) as (person, _):
        person.says("secret plan").sees("All done.").sees_prompt().types(UP).sees("secret plan").presses_ctrl("c")
        assert person.leaves() == 0
    assert not any(b"secret plan" in path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_a_history_that_cannot_be_used_is_said_and_the_chat_goes_on(home):
    (home / "data" / "history").mkdir(parents=True)
    with sits_down(DONE) as (person, _):
        person.sees("What you type is not kept").says("go").sees("All done.")
        person.sees_prompt().types(UP).sees("go").types("\r").sees("All done.")
        assert person.leaves() == 0
        assert person.screen.count("not kept") == 1


# Completion


@WIDTHS
def test_a_list_opens_at_a_percent_sign_and_is_never_in_the_way(columns):
    with sits_down(DONE, columns=columns) as (person, server):
        person.sees_prompt().types("%").sees("help", "list the comm").types("inf").sees("info").types("o\r").sees(
            "before code runs"
        )
        person.sees_prompt().types("%to").sees("tokens").types("\t").types("\r").sees("context in use")
        person.sees_prompt().types("%").sees("help", "list the comm").types(ESC)
        assert has_gone(person, "list the comm")
        person.types(" of what?\r").sees("All done.")
        assert person.leaves() == 0
        assert asked(server) == "% of what?"


def test_tab_completes_names_and_up_goes_to_the_history_past_the_list(work):
    (work / "sub").mkdir()
    (work / "sub" / "my data.csv").write_text("1,2\n")
    with sits_down(DONE) as (person, server):
        person.says("% done").sees("All done.")
        person.sees_prompt().types("see @s").finds("sub/").types("\t").finds("my data.csv").types("\t")
        assert shown(person, '> see @"sub/my data.csv"')
        person.types(" now\r").sees("4 bytes", "All done.")
        person.sees_prompt().types("%").sees("list the commands").types(UP).sees("done").types("\r").sees("All done.")
        assert person.leaves() == 0
        assert instructions(server)[1].startswith('see @"sub/my data.csv" now\n') and "1,2" in instructions(server)[1]
        assert instructions(server)[2] == "% done"


def test_tab_indents_code_below_the_first_line():
    with sits_down(DONE) as (person, _):
        person.sees_prompt().types(f"%%python{ALT_ENTER}if 1:{ALT_ENTER}\tprint(6 * 7)\r").sees("42\n")
        assert person.leaves() == 0


# Files


def test_a_picture_and_a_text_are_attached_and_said(work):
    (work / "plot.png").write_bytes(PNG)
    (work / "data.csv").write_text("a,b\n1,2\n")
    with sits_down(DONE) as (person, server):
        person.says("compare @plot.png with @data.csv").sees("plot.png: a picture", "data.csv: 8 bytes", "All done.")
        person.says("what is @nope.csv?").sees("There is no file nope.csv", "Check the name")
        assert person.leaves() == 0
        assert len(server.requests) == 1
        content = server.requests[0]["messages"][-1]["content"]
    text = content if isinstance(content, str) else content[0]["text"]
    assert "a,b\n1,2" in text


def test_one_instruction_attaches_too(work):
    (work / "data.csv").write_text("a,b\n1,2\n")
    with sits_down(DONE, arguments=("what is in @data.csv?",)) as (person, server):
        person.sees("8 bytes", "All done.")
        assert person.exit_code() == 0
        assert "a,b\n1,2" in asked(server)
    with sits_down(DONE, arguments=("what is in @nope.csv?",)) as (person, server):
        person.sees("There is no file nope.csv")
        assert person.exit_code() == 2 and server.requests == []


# Code that is typed


def test_the_shell_of_the_session_keeps_its_state_and_the_model_sees_what_it_is_shown(work):
    (work / "sub").mkdir()
    with sits_down(DONE, environment={"PAGER": "cat"}) as (person, server):
        person.says("!cd sub; n=6").says("!pwd; echo $((n * 7))").sees("/sub", "42\n")
        person.says("!!echo shown; false").sees("shown\n")
        person.says("%output").sees("shown\n")
        person.says("%%python").sees("runs the lines below it")
        person.sees_prompt().types(f"%%python{ALT_ENTER}x = 5{ALT_ENTER}x + 1\r").sees("6\n")
        person.says("why?").sees("All done.").says("and?").sees("All done.")
        assert person.leaves() == 0
        first, second = instructions(server)
    assert first.startswith("why?\n\nI have run this myself, in the bash kernel:\n```bash\necho shown; false\n```")
    assert "42" not in first and "shown\n" in first
    assert second == "and?"


def test_what_is_typed_and_what_the_model_writes_run_in_one_kernel():
    with sits_down(Says("```python\nprint(x * 7)\n```\n"), DONE) as (person, _):
        person.sees_prompt().types(f"%%python{ALT_ENTER}x = 6\r")
        person.says("go").sees(QUESTION).types("y").sees("42\n", "All done.")
        assert person.leaves() == 0


@pytest.mark.parametrize(
    "code", ["!echo begins; sleep 600", f"%%python{ALT_ENTER}print('begins'){ALT_ENTER}while True: pass"]
)
def test_ctrl_c_stops_what_was_typed(code):
    with sits_down(DONE) as (person, _):
        person.sees_prompt().types(f"{code}\r").sees("begins\n").presses_ctrl("c").sees("Stopped.")
        person.says("!echo alive").sees("alive\n")
        person.says("go").sees("All done.")
        assert person.leaves() == 0


def test_what_was_typed_may_ask_and_flood_and_hide():
    with sits_down(DONE) as (person, _):
        person.sees_prompt().types(f"%%python{ALT_ENTER}print(input('Na' + 'me? ').upper())\r").sees("Name? ").types(
            "Ann\r"
        ).sees("ANN\n")
        person.says("!seq 1 100000").sees("\n1000\n", "not shown", "\n100000\n")
        person.says(r"!printf '\033]0;evil\007\033[2Jhome\n'").sees("home")
        assert person.leaves() == 0
        assert "\x1b]0" not in person.raw and "\x1b[2J" not in person.raw


def test_in_the_plain_chat_a_backslash_goes_on_and_code_can_be_typed():
    with sits_down(SUM, DONE, arguments=("--plain",)) as (person, server):
        person.says("!echo $((6 * 7))").sees("42")
        person.sees_prompt().types("%%python\\\r").waits(0.3).types("print(6 * 9)\r").sees("54")
        person.sees_prompt().types("go\\\r").waits(0.3).types("on\r").sees(QUESTION).types("y").sees("All done.")
        assert person.leaves() == 0
        assert server.requests[0]["messages"][-1]["content"] == "go\non"


def test_two_chats_at_once_keep_what_both_say(home):
    with sits_down(DONE) as (one, server):
        with Person("--model", "test", "--api-base", server.url) as other:
            one.says("from one").sees("All done.")
            other.says("from other").sees("All done.")
            one.says("again one").sees("All done.")
            assert one.leaves() == other.leaves() == 0
    kept = (home / "data" / "history").read_text()
    assert [line for line in kept.splitlines() if line.startswith("+")] == ["+from one", "+from other", "+again one"]
