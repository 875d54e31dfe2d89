"""The program at a real terminal: a person types, looks at the screen, presses Ctrl-C, and leaves."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.scripted_server import Fails, Hangs, Says, Script, ScriptedServer, Stalls
from tests.terminal.person import Person, nothing_is_left, processes

QUESTION = "Run this code? [y]es / [n]o / [e]dit "
WHY = "end the turn: "
PASTES = "\x1b[?2004h"
"""Sent with each prompt, however narrow the terminal."""


def code(*lines: str, **more) -> Says:
    return Says("```python\n" + "\n".join(lines) + "\n```\n", **{"chunk": 7, **more})


SUM = code("x = 6 * 7", "print(x)")
DONE = Says("All done.")


@contextmanager
def sits_down(*script: Script, arguments: tuple[str, ...] = (), **more) -> Iterator[tuple[Person, ScriptedServer]]:
    """A person at a terminal where the program runs with a scripted model; afterwards nothing of it is left."""
    with ScriptedServer(*script) as server:
        with Person("--model", "test", "--api-base", server.url, *arguments, **more) as person:
            try:
                yield person, server
                assert nothing_is_left(), processes()
                assert person.finds_its_terminal_as_it_was()
                assert "Traceback (most recent call last)\n  File" not in person.screen
            except BaseException:
                print(person.screen)
                raise


def asked(server: ScriptedServer, at: int = -1) -> str:
    return server.requests[at]["messages"][-1]["content"]


@pytest.fixture(autouse=True)
def quiet_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No Python code about which to be asked for trust."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


# A conversation


def test_an_instruction_is_answered_by_running_its_code():
    with sits_down(Says("Let me see.\n\n```python\nx = 6 * 7\nprint(x)\n```\nIt printed forty."), DONE) as (person, _):
        person.says("What is 6 * 7?").sees("Let me see.", "x = 6 * 7", QUESTION).types("y").sees("42", "All done.")
        assert person.leaves() == 0
        assert "forty" not in person.screen
        assert person.screen.count("x = 6 * 7") == 1


def test_state_and_history_stay_for_the_next_instruction():
    with sits_down(code("x = 5"), Says("Set."), code("print(x + 1)"), DONE) as (person, _):
        person.says("set x").sees(QUESTION).types("y").sees("Set.")
        person.says("print it").sees(QUESTION).types("y").sees("6\n", "All done.")
        person.sees_prompt().types("\x1b[A\x1b[A").sees("set x").presses_ctrl("c")
        assert person.leaves() == 0


def test_a_word_to_the_model_goes_with_a_no():
    with sits_down(SUM, DONE) as (person, server):
        person.says("go").sees(QUESTION).types("n").sees(WHY).types("use pencil\r").sees("All done.")
        assert person.leaves() == 0
        assert "use pencil" in asked(server)
        assert person.screen.count("use pencil") == 1


def test_a_no_without_a_word_ends_the_turn():
    with sits_down(SUM, DONE) as (person, server):
        person.says("go").sees(QUESTION).types("n").sees(WHY).types("\r")
        assert person.leaves() == 0
        assert len(server.requests) == 1 and "42" not in person.screen.splitlines()


def test_edited_code_is_shown_asked_about_and_run(tmp_path):
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i.old 's/6 [*] 7/6 * 9/' \"$1\"\n")
    editor.chmod(0o700)
    with sits_down(SUM, DONE, environment={"VISUAL": "", "EDITOR": str(editor)}) as (person, server):
        person.says("go").sees(QUESTION).types("e").sees("x = 6 * 9", QUESTION).types("y").sees("54", "All done.")
        assert person.leaves() == 0
        assert "6 * 9" in asked(server)


@pytest.mark.parametrize("editor", ["false", "/no/such/editor", "vim 'open"])
def test_an_editor_that_fails_is_said_and_the_question_asked_again(editor):
    with sits_down(SUM, DONE, environment={"VISUAL": "", "EDITOR": editor}) as (person, _):
        person.says("go").sees(QUESTION).types("e").sees("The editor failed", "EDITOR", "x = 6 * 7", QUESTION)
        person.types("y").sees("42", "All done.")
        assert person.leaves() == 0


def test_keys_typed_before_the_question_never_answer_it():
    with sits_down(Says("Let me\n```python\nprint(1)\n```", chunk=3, delay=0.05), DONE) as (person, server):
        person.says("go").sees("Let").types("yyyy").sees(QUESTION).waits(0.5)
        assert len(server.requests) == 1
        person.types("?").sees("opens it in your editor", QUESTION).types("y").sees("All done.")
        # They stay in the line that was being typed.
        assert person.finds_prompt("yyyy").types("\x15\x04").exit_code() == 0


def test_pasted_lines_are_one_instruction():
    with sits_down(DONE) as (person, server):
        person.sees_prompt().types("\x1b[200~one\ntwo\n\nthree\x1b[201~").sees("three").types("\r").sees("All done.")
        assert person.leaves() == 0
        assert asked(server) == "one\ntwo\n\nthree"


def test_input_and_passwords_are_asked_for_at_the_terminal():
    lines = ("n = input('Name? ')", "import getpass", "s = getpass.getpass('Secret: ')", "print(n, len(s))")
    with sits_down(code(*lines), DONE) as (person, _):
        person.says("go").sees(QUESTION).types("y").sees("Name? ").types("Ann\r")
        person.sees("Secret: ").types("open sesame\r").sees("Ann 11", "All done.")
        assert person.leaves() == 0
        assert "sesame" not in person.raw


def test_the_variables_of_every_language_are_listed():
    bash = Says("```bash\nitems=(a b c)\n```\n")
    with sits_down(code("total = 12.5", "name = 'Ann\\x1b'"), bash, DONE) as (person, _):
        person.says("%vars").sees("Nothing yet.")
        person.says("go").sees(QUESTION).types("y").sees("items=(a b c)", QUESTION).types("y").sees("All done.")
        person.says("%vars").sees("python", "total  float", "12.5", "name", "bash", "items  array  3 items  a b c")
        person.says("%vars total").sees("total float", "12.5").says("%vars nix").sees("no variable nix")
        assert person.leaves() == 0


@pytest.mark.parametrize("leave", ["exit\r", "%quit\r", "\x04"])
def test_there_are_ways_to_leave(leave):
    with sits_down(DONE) as (person, server):
        assert person.sees_prompt().types(leave).exit_code() == 0
        assert server.requests == []


def test_an_error_of_the_model_is_said_and_the_chat_goes_on():
    with sits_down(Fails(401, {"error": {"message": "bad key"}}), DONE) as (person, _):
        person.says("go").sees("Error: ", "bad key").says("again").sees("All done.")
        assert person.leaves() == 0


# What the screen shows


def test_hidden_characters_are_visible_and_warned_of():
    script = code("x = 'a\u202eb'", r"print('\x1b]52;c;aGk=\x07\x1b[2Jhome')")
    with sits_down(script, Says("Do\x1b]0;evil\x07ne.")) as (person, _):
        person.says("go").sees("<U+202E>", "Careful", "right-to-left", QUESTION).types("y").sees("ne.")
        assert person.leaves() == 0
        assert not any(bad in person.raw for bad in ("\x1b]", "\x07", "\x1b[2J", "\u202e"))


def test_a_flood_shows_its_beginning_and_its_end_and_counts_the_rest():
    with sits_down(code("for n in range(100_000): print('line', n)"), DONE) as (person, _):
        person.says("go").sees(QUESTION).types("y").sees(
            "line 999\n", "not shown; %output shows all …]", "line 99999\n", "All done."
        )
        assert person.leaves() == 0
        assert person.raw.count("\n") < 2_000
        assert " lines and " in person.screen and "characters not shown" in person.screen


def test_a_progress_bar_stays_on_one_line():
    bar = code("for n in range(5): print(f'\\r{n + 1}/5 done', end='', flush=True)", "print()")
    with sits_down(bar, DONE) as (person, _):
        person.says("go").sees(QUESTION).types("y").sees("All done.")
        assert person.leaves() == 0
        assert "\n5/5 done\n" in person.screen and "1/5" not in person.screen


@pytest.mark.parametrize("columns", [1, 20])
def test_a_narrow_terminal_loses_nothing(columns):
    line = "print('a rather long line of code', 1)"
    with sits_down(code(line), DONE, columns=columns, rows=60) as (person, _):
        person.sees(PASTES).types("go\r").sees("[?]", " ").types("y")
        person.waits_until(lambda: "Alldone." in person.screen.replace("\n", "").replace(" ", ""), "All done.")
        assert person.insists_on_leaving() == 0
        shown = person.screen.replace("\n", "").replace(" ", "")
        assert line.replace(" ", "") in shown
        assert "aratherlonglineofcode1" in shown and "Alldone." in shown


@pytest.mark.parametrize(
    ("environment", "arguments"),
    [({"TERM": "dumb"}, ()), ({}, ("--plain",))],
    ids=["dumb", "plain"],
)
def test_a_terminal_that_can_do_little_gets_plain_text(environment, arguments):
    with sits_down(SUM, DONE, environment=environment, arguments=arguments) as (person, _):
        person.sees_prompt().types("abc").presses_ctrl("c")
        person.says("go").sees(QUESTION).types("y").sees("42", "All done.")
        assert person.leaves() == 0
        assert "\x1b" not in person.raw.replace("\x1b[?12l\x1b[?25h", "")


def test_without_colours_there_are_none():
    with sits_down(SUM, DONE, environment={"NO_COLOR": "1"}, arguments=("go",)) as (person, _):
        person.sees(QUESTION).types("y").sees("42", "All done.")
        assert person.exit_code() == 0
        assert "\x1b" not in person.raw


# Pipes at a terminal


@pytest.mark.parametrize(
    "shell",
    ["echo go | {}", "{} go > out", "{} go | cat", "echo go | {} | cat", "{} go <&-"],
)
def test_the_question_is_asked_at_the_terminal_and_the_code_stands_above_it(shell):
    with sits_down(code("n = input('Na' + 'me? ')", "print(n.upper())"), DONE, shell=shell) as (person, server):
        person.sees("n = input(", QUESTION).types("y").sees("Name? ").types("Ann\r")
        person.exit_code()
        assert "ANN" in asked(server)
        assert "print(n.upper())" in person.screen


def test_where_the_question_cannot_be_seen_nobody_is_asked():
    with sits_down(SUM, shell="echo go | {} 2>&1 | cat") as (person, _):
        person.sees("nobody to approve it")
        person.exit_code()


@pytest.mark.parametrize("shell", ["echo go | {} -i", "{} -i go"])
def test_after_an_instruction_the_chat_goes_on_at_the_terminal(shell):
    with sits_down(Says("First."), DONE, shell=shell) as (person, server):
        person.sees("First.").says("more").sees("All done.")
        assert person.leaves() == 0
        assert asked(server) == "more"


def test_one_instruction_ends_with_its_exit_code():
    with sits_down(SUM, DONE, arguments=("go",)) as (person, _):
        person.sees(QUESTION).types("n").sees(WHY).types("\r")
        assert person.exit_code() == 1
    with sits_down(SUM, DONE, arguments=("go",)) as (person, _):
        person.sees(QUESTION).presses_ctrl("c").sees("Stopped.")
        assert person.exit_code() == 130


# Trust and the home


def test_a_folder_with_code_is_asked_about_once(tmp_path):
    (tmp_path / "work" / "mine.py").write_text("answer = 42\n")
    use = code("import mine", "print(mine.answer)")
    with sits_down(use, DONE) as (person, _):
        person.sees("Trust the files in this folder? [y]es / [n]o ").types("y")
        person.says("go").sees(QUESTION).types("y").sees("42\n", "All done.")
        assert person.leaves() == 0
    with sits_down(DONE) as (person, _):
        person.says("go").sees("All done.")
        assert person.leaves() == 0
        assert "Trust" not in person.screen


def test_a_home_that_cannot_be_made_costs_a_warning_and_no_more(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    (tmp_path / "work" / "mine.py").write_text("answer = 42\n")
    monkeypatch.setenv("INTERPRETER_HOME", str(tmp_path / "file" / "home"))
    with sits_down(SUM, DONE) as (person, _):
        person.sees("Trust the files").types("y").sees("not kept", "Nothing of this chat is kept")
        person.says("go").sees(QUESTION).types("y").sees("42", "All done.")
        person.says("go on").sees("All done.")
        assert person.leaves() == 0
        said = " ".join(person.screen.split())
        assert said.count("Nothing of this chat is kept") == 1 and "This conversation is not kept" not in said
        # Once more for the answer about trust.
        assert said.count("cannot be made") == 2


# Ctrl-C


def test_ctrl_c_at_the_prompt_takes_the_line_back():
    with sits_down(DONE) as (person, server):
        person.sees_prompt().types("delete every").presses_ctrl("c")
        person.says("go").sees("All done.")
        assert person.leaves() == 0
        assert asked(server) == "go"


@pytest.mark.parametrize("pause", [0.0, 0.003, 0.02])
def test_many_ctrl_c_at_the_prompt_harm_nothing(pause):
    with sits_down(DONE) as (person, _):
        person.sees_prompt()
        for _ in range(25):
            person.presses_ctrl("c").waits(pause)
        person.waits(0.5).types("go\r").sees("All done.")
        assert person.leaves() == 0


@pytest.mark.parametrize("reply", [Hangs(), Stalls("Once upon")], ids=["waiting", "streaming"])
def test_ctrl_c_stops_a_reply(reply):
    with sits_down(reply, DONE) as (person, server):
        person.says("tell me")
        assert server.wait_for(requests=1)
        if isinstance(reply, Stalls):
            person.sees("Once")
        person.presses_ctrl("c").sees("Stopped.")
        assert server.wait_for(disconnects=1)
        person.says("again").sees("All done.")
        assert person.leaves() == 0


@pytest.mark.parametrize("stage", ["question", "words"])
def test_ctrl_c_at_the_question_runs_nothing(stage):
    with sits_down(SUM, DONE) as (person, server):
        person.says("go").sees(QUESTION)
        if stage == "words":
            person.types("n").sees(WHY).types("abc")
        person.presses_ctrl("c").sees("Stopped.").says("again").sees("All done.")
        assert person.leaves() == 0
        assert len(server.requests) == 2 and "42" not in person.screen.splitlines()


RUNNING = code("x = 5", "print('running')", "while True: pass")
ASKING = code("x = 5", "n = input('Na' + 'me? ')")


@pytest.mark.parametrize(
    ("script", "sign", "key"),
    [(RUNNING, "running\n", "c"), (ASKING, "Name? ", "c"), (ASKING, "Name? ", "d")],
    ids=["running", "input", "end of input"],
)
def test_ctrl_c_stops_code_and_keeps_its_variables(script, sign, key):
    with sits_down(script, code("print(x + 1)"), DONE) as (person, server):
        person.says("go").sees(QUESTION).types("y").sees(sign).presses_ctrl(key).sees("Stopped.")
        assert len(server.requests) == 1
        person.says("and x?").sees(QUESTION).types("y").sees("6\n", "All done.")
        assert person.leaves() == 0


STUBBORN = ("def stay():", " while True:", "  try: time.sleep(60)", "  except BaseException: pass", "stay()")


@pytest.mark.parametrize("presses", [2, 3])
def test_ctrl_c_again_kills_what_will_not_stop(presses):
    with sits_down(code("import time", "print('running')", *STUBBORN), code("print(1 + 1)"), DONE) as (person, _):
        person.says("go").sees(QUESTION).types("y").sees("running\n")
        for _ in range(presses):
            person.presses_ctrl("c").waits(0.1)
        person.sees("killed", "lost", "Stopped.")
        person.says("and now?").sees(QUESTION).types("y").sees("2\n", "All done.")
        assert person.leaves() == 0


def test_ctrl_c_while_leaving_changes_nothing():
    with sits_down(SUM, DONE) as (person, _):
        person.says("go").sees(QUESTION).types("y").sees("All done.").sees_prompt().presses_ctrl("d")
        for _ in range(10):
            person.presses_ctrl("c").waits(0.02)
        assert person.exit_code() == 0


@pytest.mark.parametrize("pause", [0.05, 0.15, 0.25, 0.35, 0.5])
def test_ctrl_c_while_starting_ends_it_or_is_taken_by_the_prompt(pause):
    with sits_down(DONE) as (person, _):
        person.waits(pause).presses_ctrl("c")
        assert person.insists_on_leaving() in (0, 130, -signal.SIGINT)


# Being ended from outside


STAGES = {
    "starting": None,
    "prompt": DONE,
    "waiting": Hangs(),
    "streaming": Stalls("Once upon"),
    "footer": Stalls("Once upon"),
    "question": SUM,
    "running": RUNNING,
    "input": ASKING,
    "stubborn": code("import time", "print('running')", *STUBBORN),
}


def brings_to(person: Person, server: ScriptedServer, stage: str) -> None:
    if stage == "starting":
        person.waits(0.4)
        return
    person.sees_prompt()
    if stage == "prompt":
        return
    person.types("go\r")
    if stage == "waiting":
        assert server.wait_for(requests=1)
        return
    if stage in ("streaming", "footer"):
        person.sees("Once")
        if stage == "footer":
            person.types("and th").finds("writing", "> and th")
        return
    person.sees(QUESTION)
    if stage != "question":
        person.types("y").sees("Name? " if stage == "input" else "running\n")


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_ends_it_and_leaves_the_terminal_as_it_was(number, stage):
    with sits_down(STAGES[stage] or DONE) as (person, server):
        brings_to(person, server, stage)
        began = time.monotonic()
        os.kill(person.pid, number)
        # While Python itself starts, a signal does what it does to any program.
        assert person.exit_code() in (128 + number, -number if stage == "starting" else None)
        seconds = time.monotonic() - began
        print(f"ended after {seconds:.2f} seconds; the goal is 3")
        assert seconds < 15


@pytest.mark.parametrize("stage", ["prompt", "waiting", "footer", "question", "running", "input", "stubborn"])
def test_a_terminal_that_is_closed_leaves_nothing_running(stage):
    with ScriptedServer(STAGES[stage]) as server, Person("--model", "test", "--api-base", server.url) as person:
        brings_to(person, server, stage)
        person.closes_the_terminal()
        assert nothing_is_left(), processes()


@pytest.mark.parametrize("stage", ["prompt", "running", "stubborn"])
def test_after_a_kill_the_kernel_ends_by_itself(stage):
    with ScriptedServer(STAGES[stage]) as server, Person("--model", "test", "--api-base", server.url) as person:
        brings_to(person, server, stage)
        os.kill(person.pid, signal.SIGKILL)
        assert person.exit_code() == -signal.SIGKILL
        assert nothing_is_left(), processes()


# The embedded model


def test_the_embedded_model_chats_is_stopped_and_leaves(home_with_weights):
    pytest.importorskip("xllamacpp")
    with Person("--local", rows=60) as person:
        person.says("Tell me a long story about the sea. No code.").waits(6).presses_ctrl("c")
        person.sees("Stopped.").sees_prompt().presses_ctrl("d")
        assert person.exit_code() == 0
        assert nothing_is_left(), processes()
        assert person.finds_its_terminal_as_it_was()


# All of an output

FLOOD = code("for n in range(30_000):", "    print('line', n)")


@pytest.mark.parametrize("pager", ["", "less", "no-such-pager --now"])
def test_a_long_output_can_be_paged_and_left_at_any_time(pager):
    with sits_down(FLOOD, DONE, environment={"PAGER": pager, "LESS": ""}) as (person, _):
        person.says("Go").sees(QUESTION).types("y").sees("not shown; %output shows all", "All done.")
        person.says("%output").sees("line 0\n", "line 30\n").types("G").sees("line 29999", "(END)")
        person.presses_ctrl("c").sees("(END)").types("q")
        person.says("%output 2").sees("Only one block has run.")
        assert person.leaves() == 0


def test_a_pager_that_ctrl_c_ends_does_no_harm():
    with sits_down(FLOOD, DONE, environment={"PAGER": "sh -c 'echo here; exec sleep 60'"}) as (person, _):
        person.says("Go").sees(QUESTION).types("y").sees("All done.")
        person.says("%output").sees("here").presses_ctrl("c")
        assert person.leaves() == 0


def test_the_model_reads_the_middle_of_a_long_output_from_its_file():
    look = Says("Let me look.\n\n```python\nprint(open(path).read().split()[30_001])\n```\n")
    with sits_down(FLOOD, look, DONE, arguments=("-y",)) as (person, server):
        person.says("Go").sees("NameError", "All done.")
        told = asked(server, 1)
        assert "characters left out" in told
        path = Path(told.rpartition("[all of it: open('")[2].partition("')]")[0])
        assert path.read_text() == "".join(f"line {n}\n" for n in range(30_000))
        assert person.leaves() == 0
        assert not path.parent.exists()
