"""Ctrl-T at a real terminal: where the running block is, at every stage, without harm to anything else."""

import pytest

from interpreter.core.events import ExecutionStarted, MessageAdded
from interpreter.core.messages import CodeBlock, Instruction, Variable
from interpreter.core.ports import Frame
from interpreter.terminal.glances import Glances
from tests.scripted_server import Stalls
from tests.terminal.person import Person
from tests.terminal.test_chat_tty import DONE, QUESTION, SUM, code, sits_down

WAITS = code(
    "import time", "def wait(count):", "    part = [count] * 3", "    time.sleep(count)", "wait(4)", "print('en' + 'd')"
)


@pytest.fixture(autouse=True)
def quiet_folder(tmp_path, monkeypatch):
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def starts_to_run(person: Person) -> Person:
    return person.says("go").sees(QUESTION).types("y").sees("y").waits(1)


def test_it_shows_where_the_block_is_and_the_block_goes_on():
    with sits_down(WAITS, DONE) as (person, server):
        starts_to_run(person).presses_ctrl("t").sees("running for", "line 5 in <module>: wait(4)")
        person.sees("line 4 in wait: time.sleep(count)", "count = 4, part = [4, 4, 4]").sees("end", "All done.")
        assert person.leaves() == 0
        assert "running for" not in server.requests[1]["messages"][-1]["content"]


def test_ctrl_c_still_stops_the_block_afterwards():
    with sits_down(code("x = 5", "while True: pass"), code("print(x + 1)"), DONE) as (person, _):
        starts_to_run(person).presses_ctrl("t").sees("line 2 in <module>", "x = 5").presses_ctrl("c")
        person.says("go on").sees(QUESTION).types("y").sees("6\n", "All done.")
        assert person.leaves() == 0


def test_many_presses_do_no_harm():
    with sits_down(WAITS, DONE) as (person, _):
        starts_to_run(person)
        for _ in range(20):
            person.presses_ctrl("t")
        person.sees("line 4 in wait", "end", "All done.")
        assert person.leaves() == 0


def test_while_the_model_is_waited_for_that_is_said():
    with sits_down(Stalls("Once upon a time"), DONE) as (person, _):
        person.says("go").finds("Once upon a").presses_ctrl("t").sees("waiting for the model for")
        person.presses_ctrl("c").says("again").sees("All done.")
        assert person.leaves() == 0


def test_what_is_typed_ahead_stays():
    with sits_down(WAITS, DONE, DONE) as (person, server):
        starts_to_run(person).types("and").presses_ctrl("t").sees("line 4 in wait").types(" then\r")
        person.sees("All done.").sees("All done.")
        assert person.leaves() == 0
        assert [message["content"] for message in server.requests[-1]["messages"]][-1].endswith("and then")


def test_at_the_prompt_and_at_the_question_it_is_only_a_key():
    with sits_down(SUM, DONE) as (person, _):
        person.sees_prompt().presses_ctrl("t").types("go\r").sees(QUESTION).presses_ctrl("t")
        person.sees("opens it in your editor", QUESTION).types("y").sees("42", "All done.")
        assert person.leaves() == 0


def test_while_code_asks_for_input_the_key_is_part_of_the_line_and_nothing_is_drawn():
    with sits_down(code("name = input('Name? ')", "print(len(name), ascii(name))"), DONE) as (person, _):
        person.says("go").sees(QUESTION).types("y").sees("Name? ").types("An").presses_ctrl("t").waits(0.5)
        person.types("\x7fn\r").sees("3 'Ann'", "All done.")
        assert person.leaves() == 0
        assert "running for" not in person.screen


def test_an_editor_gets_the_key_for_itself(tmp_path):
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nstty -a </dev/tty | grep -o 'quit = [^;]*'\n")
    editor.chmod(0o700)
    with sits_down(SUM, DONE, environment={"VISUAL": "", "EDITOR": str(editor)}) as (person, _):
        person.says("go").sees(QUESTION).types("e").sees("quit = ^\\", QUESTION).types("y").sees("All done.")
        assert person.leaves() == 0


def test_a_script_around_the_program_is_never_hit_by_the_signal():
    with sits_down(WAITS, DONE, arguments=("-y", "go"), shell="{}; echo and the script goes on") as (person, _):
        person.sees("wait(4)").waits(1).presses_ctrl("t").sees("end", "All done.", "and the script goes on")
        assert person.exit_code() == 0
        assert "running for" not in person.screen


def test_in_one_shot_and_as_plain_text_it_works_too():
    with sits_down(WAITS, DONE, arguments=("-y", "--plain", "go")) as (person, _):
        person.sees("wait(4)").waits(1.5).presses_ctrl("t").sees("running for", "line 4 in wait", "end", "All done.")
        assert person.exit_code() == 0


def test_a_line_that_was_begun_is_ended_first():
    lines = ("import time", "print('half a li', end='', flush=True)", "time.sleep(3)", "print('ne')")
    with sits_down(code(*lines), DONE) as (person, _):
        starts_to_run(person).sees("half a li").presses_ctrl("t").sees("line 3 in <module>").sees("ne\n", "All done.")
        assert person.leaves() == 0


def test_hidden_characters_of_the_code_are_made_visible():
    text = "x = '\\x1b]0;evil\\x07' * 3; import time; time.sleep(3)"
    with sits_down(code(text, "time.sleep(1) # \u202e"), DONE) as (person, _):
        starts_to_run(person).presses_ctrl("t").sees("line 1 in <module>").sees("All done.")
        assert person.leaves() == 0
        assert "\x1b]0;evil" not in person.raw and "\u202e" not in person.raw


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def glances(*frames: Frame) -> tuple[Glances, Clock]:
    clock = Clock()
    return Glances(lambda: frames, lambda lines: None, clock=clock), clock


def test_seconds_are_counted_from_what_began_last():
    looked, clock = glances()
    looked.take(MessageAdded(Instruction("go")))
    clock.now += 7
    assert looked.lines() == ["waiting for the model for 7 s"]
    looked.take(ExecutionStarted(CodeBlock("python", "f()")))
    clock.now += 12
    assert looked.lines() == ["running for 12 s; where it is cannot be told now"]


def test_deep_stacks_and_many_locals_are_cut():
    variables = tuple(Variable(f"v{number}", "int", "", str(number)) for number in range(9))
    looked, _ = glances(*(Frame(f"f{number}", number, "call()", variables) for number in range(30)))
    looked.take(ExecutionStarted(CodeBlock("python", "f()")))
    lines = looked.lines()
    assert lines[1] == "  line 0 in f0: call()" and lines[-2] == "  line 29 in f29: call()"
    assert lines[-1] == "  v0 = 0, v1 = 1, v2 = 2, v3 = 3, v4 = 4, …"
    assert len(lines) == 8
