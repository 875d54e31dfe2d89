"""While a turn runs, at a real terminal: what stands below it, the keys that stop it, what is typed meanwhile."""

import os
import random
import re
import signal
from pathlib import Path

import pytest

from tests.scripted_server import Fails, Hangs, Says, ScriptedServer, Stalls
from tests.terminal.person import PATIENCE, Person
from tests.terminal.test_chat_tty import (
    ASKING,
    DONE,
    QUESTION,
    RUNNING,
    SUM,
    WHY,
    asked,
    code,
    quiet_folder,
    sits_down,
)

__all__ = ["quiet_folder"]

TRACES = re.compile(r"waiting for|writing ·|running python|starting the|stops$|queued|asked again", re.MULTILINE)
SLOW = Says("One two three. " * 30 + "\n\nThe end.", chunk=4, delay=0.03)
HOLDS = code(
    "import os, time", "print('be' + 'gun')", "while not os.path.exists('over'): time.sleep(0.05)", "print('o' + 'ver')"
)
"""Runs until the person lets it end, however long the typing takes."""
SLEEPS = code("import time", "print('be' + 'gun')", "time.sleep(5)", "print('o' + 'ver')")


def lets_it_end() -> None:
    Path("over").touch()


def no_trace(person: Person) -> bool:
    """Nothing of the footer stays, neither on the screen nor in what has scrolled away."""
    return not TRACES.search(person.screen)


# What stands below


def test_what_is_waited_for_stands_below_and_goes_away():
    with sits_down(Hangs(), DONE) as (person, server):
        person.says("go").finds("waiting for test · ").finds("s · Esc stops")
        assert server.wait_for(requests=1, timeout=PATIENCE)
        person.presses_ctrl("c").sees("Stopped.")
        person.finds_prompt()
        assert no_trace(person)
        person.types("again\r").sees("All done.")
        assert person.leaves() == 0
        assert no_trace(person)


@pytest.mark.parametrize(("columns", "rows"), [(80, 40), (40, 5), (13, 3), (4, 10)])
def test_a_reply_of_any_length_leaves_no_trace_of_it(columns, rows):
    with sits_down(SLOW, DONE, columns=columns, rows=rows) as (person, _):
        person.waits(3).types("go\r").finds("The", "end.").waits(1)
        assert no_trace(person)
        assert " ".join(person.screen.split()).count("One two three.") >= (25 if columns > 12 else 0)
        person.types("\x04")
        assert person.exit_code() == 0


def test_while_a_reply_streams_its_tokens_are_counted_and_while_code_runs_its_seconds():
    with sits_down(SLOW, SLEEPS, DONE) as (person, _):
        person.says("go").finds("writing · ", "~5").finds_prompt().types("and?\r")
        person.sees(QUESTION).types("y").finds("begun\n  running python · ").sees("over", "All done.").finds_prompt()
        assert no_trace(person)
        assert person.leaves() == 0


def test_a_kernel_that_starts_is_named():
    with sits_down(Says("```bash\nsleep 0.1; echo he''llo\n```\n"), DONE) as (person, _):
        person.says("go").sees(QUESTION).types("y").sees("starting the bash kernel").sees("hello", "All done.")
        person.finds_prompt()
        assert no_trace(person)
        assert person.leaves() == 0


def test_an_explanation_is_waited_for_in_the_same_words():
    with sits_down(SUM, Hangs(), DONE) as (person, server):
        person.says("go").sees(QUESTION).types("x").finds("waiting for test · ")
        assert server.wait_for(requests=2, timeout=PATIENCE)
        person.presses_ctrl("c").sees(QUESTION)
        assert "waiting for" not in person.screen
        person.types("y").sees("42", "All done.")
        assert person.leaves() == 0


def test_what_code_began_to_write_stays_while_the_words_below_change():
    lines = ("import time", "print('half a li', end='', flush=True)", "time.sleep(3)", "print('ne')")
    with sits_down(code(*lines), DONE, rows=12) as (person, _):
        person.says("go").sees(QUESTION).types("y").finds("half a li\n  running python · ")
        person.finds("half a line\n").finds_prompt()
        assert no_trace(person)
        assert person.leaves() == 0


@pytest.mark.parametrize(
    ("environment", "arguments"),
    [({"TERM": "dumb"}, ()), ({"NO_COLOR": "1"}, ()), ({}, ("--plain",))],
    ids=["dumb", "no colours", "plain"],
)
def test_without_colours_there_is_none_and_what_is_queued_is_said_in_a_line(environment, arguments):
    with sits_down(HOLDS, DONE, Says("Twice."), environment=environment, arguments=arguments) as (person, server):
        person.says("go").sees(QUESTION).types("y").sees("begun").types("and more\r").sees("Next: and more")
        lets_it_end()
        person.sees("All done.")
        person.finds("> and more\n").sees("Twice.").finds_prompt()
        assert asked(server) == "and more"
        assert no_trace(person) and "\x1bD" not in person.raw
        assert person.types("\x04").exit_code() == 0


# Esc and Ctrl-C

KEYS = {"Esc": "\x1b", "Ctrl-C": "\x03"}
REPLIES = {
    "waiting": Hangs(),
    "streaming": Stalls("Once upon a time"),
    "question": SUM,
    "running": RUNNING,
    "input": ASKING,
}

STOPS = [(stage, key) for stage in REPLIES for key in KEYS if (stage, key) != ("input", "Esc")]
"""In the line that answers `input()` Esc is a character."""


def brings_to(person: Person, server: ScriptedServer, stage: str) -> None:
    person.says("go")
    match stage:
        case "waiting":
            person.finds("waiting for test · ")
            assert server.wait_for(requests=1, timeout=PATIENCE)
        case "streaming":
            person.finds("Once upon a")
        case _:
            person.sees(QUESTION)
    if stage in ("running", "input"):
        person.types("y").sees("running\n" if stage == "running" else "Name? ").waits(0.3)


@pytest.mark.parametrize("presses", [1, 2, 3])
@pytest.mark.parametrize(("stage", "key"), STOPS)
def test_each_press_at_each_stage_stops_the_turn_and_the_next_one_works(stage, key, presses):
    with sits_down(REPLIES[stage], code("print(20 + 1)"), DONE) as (person, server):
        brings_to(person, server, stage)
        for _ in range(presses):
            person.types(KEYS[key]).waits(0.25)
        # At the question Esc is an answer, and at the prompt it is the beginning of other keys.
        person.finds_prompt() if (stage, key) == ("question", "Esc") else person.finds("Stopped.")
        person.waits(1)
        assert no_trace(person)
        assert "42" not in person.screen.splitlines()
        person.types("again\r").sees(QUESTION).types("y").sees("21\n", "All done.").finds_prompt()
        assert no_trace(person)
        assert person.leaves() == 0


def test_escape_keeps_the_variables_and_a_second_one_kills_the_kernel():
    stays = code("import time", "print('running')", "def stay():", " while True:", "  try: time.sleep(60)",
                 "  except BaseException: pass", "stay()")  # fmt: skip
    with sits_down(code("x = 5", "print('running')", "while True: pass"), stays, code("print(x)"), DONE) as (
        person,
        server,
    ):
        brings_to(person, server, "running")
        person.types("\x1b").sees("Stopped.").finds_prompt().types("more\r").sees(QUESTION).types("y").sees("running\n")
        person.waits(0.3).types("\x1b").waits(0.3).types("\x1b").sees("killed", "lost", "Stopped.")
        person.says("x?").sees(QUESTION).types("y").sees("NameError", "All done.")
        assert person.leaves() == 0


def test_arrows_stop_nothing():
    with sits_down(SLEEPS, DONE) as (person, _):
        person.says("go").sees(QUESTION).types("y").sees("begun").types("\x1b[B\x1b[C\x1bOA\x1b[3~").waits(0.5)
        person.sees("over", "All done.")
        assert person.leaves() == 0


def test_escape_ends_a_job_on_the_command_line_too():
    with sits_down(code("print('running')", "while True: pass"), arguments=("-y", "go")) as (person, _):
        person.sees("running\n").waits(0.3).types("typed ahead\r").waits(0.3).types("\x1b").sees("Stopped.")
        assert person.exit_code() == 130
        assert no_trace(person) and "typed" not in person.screen


@pytest.mark.parametrize("shell", ["{}; echo and the script goes on", "echo go | {}", "{} | cat"])
def test_where_keys_are_not_ours_they_are_left_alone(shell):
    arguments = ("-y",) if "|" in shell and "echo" in shell else ("-y", "go")
    with sits_down(SLEEPS, DONE, arguments=arguments, shell=shell) as (person, _):
        person.sees("begun").types("\x1b").waits(0.3).sees("over", "All done.")
        assert person.exit_code() == 0


# Typing while a turn runs


def test_what_is_typed_meanwhile_is_seen_queued_and_sent_when_the_turn_is_answered():
    with sits_down(HOLDS, DONE, Says("Twice."), Says("Thrice.")) as (person, server):
        person.says("go").sees(QUESTION).types("y").sees("begun").types("and mroe\x7f\x7f\x7fore 字")
        person.finds("> and more 字").types("\r").finds("1 queued").types("then this\rand half")
        person.finds("> and half").finds("(2 queued)")
        lets_it_end()
        person.sees("over", "All done.")
        person.finds("> and more 字\nTwice.\n", "> then this\nThrice.\n").finds_prompt("and half")
        assert [asked(server, at) for at in (2, 3)] == ["and more 字", "then this"]
        assert no_trace(person) and person.screen.count("and more") == 1
        assert person.types("\x15\x04").exit_code() == 0


def test_commands_wait_in_the_queue_too():
    with sits_down(HOLDS, DONE) as (person, server):
        person.says("go").sees(QUESTION).types("y").sees("begun").types("%vars\r%quit\r").finds("2 queued")
        lets_it_end()
        person.sees("All done.").finds("> %vars\n", "time")
        assert person.exit_code() == 0
        assert len(server.requests) == 2 and "> %quit" in person.screen


@pytest.mark.parametrize("how", ["stopped", "refused", "failed"])
def test_what_waits_goes_to_the_prompt_when_the_turn_is_not_answered(how):
    reply = Says("```python\nprint(6 * 7)\n```\n", chunk=3, delay=0.2) if how == "refused" else HOLDS
    with sits_down(reply, Fails(401, {"error": {"message": "bad key"}}), DONE) as (person, server):
        person.says("go")
        if how == "refused":
            person.finds("writing").types("one\rtwo").sees(QUESTION).types("n").sees(WHY).types("\r")
        else:
            person.sees(QUESTION).types("y").sees("begun").types("one\rtwo").finds("(1 queued)")
            if how == "failed":
                lets_it_end()
            person.types("\x1b").sees("Stopped.") if how == "stopped" else person.sees("bad key")
        person.finds("> one\n").waits(0.5)
        count = len(server.requests)
        assert person.screen.endswith("two") and no_trace(person)
        person.types("!\r").sees("All done." if how == "failed" else "bad key")
        assert len(server.requests) == count + 1
        assert "one\ntwo!" in str(server.requests[-1]["messages"]).replace("\\n", "\n")
        person.finds_prompt()
        assert person.leaves() == 0


def test_the_last_one_is_taken_back_and_a_paste_keeps_its_lines():
    with sits_down(HOLDS, DONE, Says("Twice.")) as (person, server):
        person.says("go").sees(QUESTION).types("y").sees("begun").types("one\rtwo\r").finds("2 queued")
        person.types("\x1b[A").finds("> two").types("\x15\x1b[A").finds("> one").types("\x15")
        person.types("\x1b[200~a\rb\r\x1b[201~").finds("> a⏎b⏎").types("c\r").finds("1 queued")
        lets_it_end()
        person.finds("Twice.").finds_prompt()
        assert asked(server) == "a\nb\nc"
        assert person.leaves() == 0


def test_what_was_typed_before_a_question_neither_answers_it_nor_is_lost():
    with sits_down(Says("Let me\n```python\nprint(1)\n```", chunk=3, delay=0.1), DONE, DONE) as (person, server):
        person.says("go").finds("Let").types("y\ry").sees(QUESTION).waits(0.5)
        assert len(server.requests) == 1
        person.types("y").sees("1\n", "All done.").finds("> y\n").finds_prompt("y")
        assert asked(server) == "y"
        assert person.types("\x15\x04").exit_code() == 0


def test_the_rest_of_a_yes_that_is_typed_slowly_goes_nowhere():
    with sits_down(SLEEPS, DONE) as (person, server):
        person.says("go").sees(QUESTION).types("y").waits(0.2).types("e").waits(0.2).types("s").waits(0.2).types("\r")
        person.sees("All done.").finds_prompt()
        assert person.leaves() == 0
        assert len(server.requests) == 2


def test_what_was_typed_before_code_asks_is_no_answer_to_it():
    lines = ("import time", "print('be' + 'gun')", "time.sleep(3)", "n = input('Na' + 'me? ')", "print('<' + n + '>')")
    with sits_down(code(*lines), DONE) as (person, _):
        person.says("go").sees(QUESTION).types("y").sees("begun").types("later").finds("> later").sees("Name? ")
        assert person.misses("> later").screen.endswith("Name?")
        person.types("Ann\r").sees("<Ann>", "All done.").finds_prompt("later")
        assert person.types("\x15\x04").exit_code() == 0


def test_an_editor_has_the_keys_for_itself(tmp_path):
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho edit?\nread word\necho "print(\'$word\')" > "$1"\n')
    editor.chmod(0o700)
    slow = Says("Let me\n```python\nprint(1)\n```", chunk=3, delay=0.1)
    with sits_down(slow, DONE, environment={"VISUAL": "", "EDITOR": str(editor)}) as (person, _):
        person.says("go").finds("Let").types("later").sees(QUESTION).types("e").sees("edit?").types("mine\r")
        person.sees("print('mine')", QUESTION).types("y").sees("mine\n", "All done.").finds_prompt("later")
        assert person.types("\x15\x04").exit_code() == 0


# Ctrl-Z

STOPPING = (
    "set -m; {}; echo; stty -a | grep -ow -e '-*echo' -e '-*icanon'; echo STOP''PED; read x; fg >/dev/null; echo OVER"
)
"""A shell with jobs: when the program is stopped, it goes on with the next command."""


@pytest.mark.parametrize("stage", ["prompt", "waiting", "streaming", "question", "running", "input"])
def test_ctrl_z_stops_the_program_and_fg_has_it_go_on(stage):
    reply = SLOW if stage == "streaming" else SLEEPS if stage == "running" else REPLIES.get(stage, DONE)
    script = [reply, DONE, DONE] if stage != "prompt" else [DONE]
    with sits_down(*script, shell=STOPPING) as (person, server):
        person.sees_prompt()
        if stage != "prompt":
            person.types("go\r")
        match stage:
            case "waiting":
                person.finds("waiting for test · ")
                assert server.wait_for(requests=1, timeout=PATIENCE)
            case "streaming":
                person.finds("One two three. One").types("later").finds("> later")
            case "question":
                person.sees(QUESTION)
            case "running" | "input":
                person.sees(QUESTION).types("y").sees("begun" if stage == "running" else "Name? ")
        person.waits(0.5).presses_ctrl("z").sees("STOPPED")
        assert "\nicanon\necho\n" in person.screen
        assert no_trace(person)
        person.types("\r").waits(1)
        match stage:
            case "prompt":
                person.types("go\r").finds("All done.")
            case "waiting":
                person.finds("waiting for test").types("\x1b").sees("Stopped.")
            case "streaming":
                person.finds("The end.").finds_prompt("later").types("\x15")
            case "question":
                person.finds(QUESTION.strip()).types("y").sees("42", "All done.")
            case "running":
                person.sees("over", "All done.")
            case "input":
                person.types("Ann\r").sees("All done.")
        person.waits(1)
        assert no_trace(person)
        person.types("\x04").sees("OVER")
        assert person.exit_code() == 0


def test_the_time_that_a_stopped_program_sleeps_is_not_the_codes():
    block = code("import time", "print('be' + 'gun')", "time.sleep(2)", "print('o' + 'ver')")
    with sits_down(block, DONE, arguments=("--timeout", "6"), shell=STOPPING) as (person, _):
        person.says("go").sees(QUESTION).types("y").sees("begun").presses_ctrl("z").sees("STOPPED").waits(8)
        person.types("\r").sees("over", "All done.").finds_prompt()
        assert "limit" not in person.screen
        person.types("\x04").sees("OVER")
        assert person.exit_code() == 0


# Windows of any size


def test_a_storm_of_sizes_breaks_nothing_and_leaves_nothing():
    sizes = random.Random(4)
    with sits_down(SLOW, SLEEPS, DONE) as (person, _):
        person.says("go").finds("One").types("later on")
        for _ in range(100):
            person.resizes(sizes.randint(1, 120), sizes.randint(1, 50)).waits(0.02)
        person.resizes(80, 40).finds("The end.").waits(1)
        assert no_trace(person)
        person.types("\r").sees(QUESTION).types("y").sees("begun")
        for _ in range(100):
            person.resizes(sizes.randint(1, 120), sizes.randint(1, 50)).waits(0.02)
        person.resizes(80, 40).finds("All done.").waits(1)
        assert no_trace(person)
        assert person.types("\x04").exit_code() == 0


def test_a_thousand_sizes_while_a_reply_streams_break_nothing():
    sizes = random.Random(7)
    prose = " ".join(f"One two three {number}." for number in range(400))
    long = Says(f"{prose}\n\nThe end.", chunk=8, delay=0.01)
    with sits_down(long, DONE) as (person, _):
        person.says("go").finds("One")
        for _ in range(1_000):
            person.resizes(sizes.randint(1, 200), sizes.randint(1, 60)).waits(0.005)
        person.resizes(80, 40).finds("The end.").finds_prompt()
        # A window that becomes lower takes rows from the top and leaves the cursor where it was, here and in many
        # terminals: what stood below it may then stand above it, where nothing is drawn again.
        assert len(TRACES.findall(person.screen)) < 50
        assert person.types("again\r").finds("All done.").finds_prompt().types("\x04").exit_code() == 0


@pytest.mark.parametrize("columns", [1, 80])
def test_a_reader_that_leaves_ends_a_run_at_a_terminal_quietly(columns):
    numbers = code("for n in range(100_000): print(n)")
    with sits_down(numbers, DONE, arguments=("-y", "go"), shell="{} | head -1", columns=columns) as (person, _):
        person.exit_code()
        assert "Traceback" not in person.screen and "Error" not in person.screen


def test_a_process_that_is_stopped_by_force_reads_keys_again_and_asks_as_before():
    lines = ("import time", "print('be' + 'gun')", "time.sleep(5)", "print('<' + input('Na' + 'me? ') + '>')")
    with sits_down(code(*lines), DONE) as (person, _):
        person.says("go").sees(QUESTION).types("y").sees("begun").waits(0.5)
        os.kill(person.pid, signal.SIGSTOP)
        person.waits(0.5)
        os.kill(person.pid, signal.SIGCONT)
        person.waits(0.5).types("later").finds("> later").sees("Name? ").types("An").finds("Name? An").types("n\r")
        person.sees("<Ann>", "All done.").finds_prompt("later")
        assert person.types("\x15\x04").exit_code() == 0
