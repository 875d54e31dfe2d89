"""The record: what ran, in the program and in the library, and what `interpreter log` tells of it."""

import hashlib
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from interpreter import OpenInterpreter
from interpreter.core.messages import CodeBlock
from interpreter.core.ports import Run
from interpreter.sandbox.choose import find_box
from tests.kernels.driving import eventually
from tests.scripted_server import Says, ScriptedServer
from tests.terminal.test_chat_tty import DONE, QUESTION, SUM, code, quiet_folder, sits_down
from tests.test_cli import PATIENCE, at, is_two_clear_lines, run, start

__all__ = ["quiet_folder"]

KEY = "sk-canary-canary-canary"


def listed(*arguments: str) -> list[dict[str, Any]]:
    done = run("log", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    listed: list[dict[str, Any]] = json.loads(done.stdout)
    return listed


def carried_out(*script: Says, flags: tuple[str, ...] = ("--sandbox", "none"), **more) -> Any:
    with ScriptedServer(*script, Says("Done.")) as server:
        done = run(*at(server), "-y", *flags, "go", **more)
    assert done.returncode == 0, done.stderr
    return done


def test_what_ran_is_told_with_everything_about_it_newest_last(tmp_path):
    carried_out(SUM, code("1 / 0"))
    first, second = listed()
    assert first["code"] == "x = 6 * 7\nprint(x)" and second["code"] == "1 / 0"
    assert first["sha256"] == hashlib.sha256(b"python\nx = 6 * 7\nprint(x)").hexdigest()
    assert (first["status"], first["error"]) == ("ok", "")
    assert (second["status"], second["error"]) == ("failed", "ZeroDivisionError")
    for each in (first, second):
        assert each["at"].startswith("20") and each["at"].endswith("Z") and each["seconds"] >= 0
        assert (each["language"], each["by"], each["box"], each["via"]) == ("python", "auto-run", None, "terminal")
        assert each["folder"] == str(tmp_path / "work")
    table = run("log").stdout.splitlines()
    assert [line.split()[0] for line in table] == ["WHEN", first["at"][:10], second["at"][:10]]
    assert "no box" in table[1] and "ok, " in table[1] and "x = 6 * 7 (+1 lines)" in table[1]
    assert "failed, ZeroDivisionError, " in table[2]
    assert listed("-n", "1") == [second]
    assert listed("--session", "latest") == [first, second] == listed("--session", first["session"])


def test_the_box_and_what_it_allowed_is_told():
    kind = find_box("auto").kind
    if kind is None:
        pytest.skip("no box works on this machine")
    carried_out(SUM, flags=("--network",))
    (ran,) = listed()
    assert ran["box"] == kind and ran["allowed"] == ["--network"]


def test_a_line_is_on_disk_before_its_block_runs_and_never_holds_a_key(home):
    path = str(home / "data" / "record.jsonl")
    look = code(f"key = {KEY!r}", f"print('lines:', open({path!r}).read().count(chr(10)))")
    done = carried_out(look, env={**os.environ, "OPENAI_API_KEY": KEY})
    assert "lines: 1\n" in done.stdout
    (ran,) = listed()
    assert ran["code"].startswith("key = '[secret]'")
    assert KEY not in (home / "data" / "record.jsonl").read_text()


def test_a_run_of_a_program_that_was_killed_has_no_end(tmp_path):
    with ScriptedServer(code("import time", "open('begun', 'w')", "time.sleep(600)")) as server:
        with start(*at(server), "-y", "--sandbox", "none", "go") as process:
            process.stdin.close()
            assert eventually((tmp_path / "work" / "begun").exists, PATIENCE)
            process.send_signal(signal.SIGKILL)
        (ran,) = listed()
    assert ran["status"] is None
    assert "no end" in run("log").stdout


def test_a_private_session_leaves_nothing(home):
    carried_out(SUM, flags=("--sandbox", "none", "--private"))
    assert listed() == [] and run("log").stdout == "Nothing has run yet.\n"
    assert not (home / "data" / "record.jsonl").exists()


def test_a_record_that_cannot_be_written_is_said_once_and_the_turn_goes_on(home):
    (home / "data" / "record.jsonl").mkdir(parents=True)
    done = carried_out(SUM, code("print(x + 1)"))
    said = done.stdout + done.stderr
    assert said.count("is not written down from here on") == 1 and "42" in said and "43" in said and "Done." in said
    failed = run("log")
    assert failed.returncode == 1 and is_two_clear_lines(failed.stderr)


def test_what_is_damaged_is_said_behind_what_is_not(home):
    carried_out(SUM)
    with (home / "data" / "record.jsonl").open("ab") as file:
        file.write(b"\x1b]0;title\x07 no line\n")
    done = run("log")
    assert done.returncode == 1 and "x = 6 * 7" in done.stdout and "1 line is damaged" in done.stderr


def test_hidden_characters_of_code_never_reach_the_terminal():
    carried_out(code("x = '\x1b]0;evil\x07\u202e' # \u200b"))
    shown = run("log").stdout
    assert not set(shown) & set("\x1b\x07\u202e\u200b") and "evil" in shown
    assert "\x1b" not in run("log", "--json").stdout


def test_a_person_s_key_is_told_apart_from_a_word_for_the_turn_and_from_what_was_typed():
    with sits_down(SUM, code("print(x + 1)"), code("print(x + 2)"), DONE) as (person, _):
        person.says("go").sees(QUESTION).types("y").sees("42", QUESTION).types("a").sees("43", "44", "All done.")
        person.says("!echo typed").sees("typed")
        assert person.leaves() == 0
    ran = listed()
    assert [each["by"] for each in ran] == ["person", "person", "person, for the turn", "direct"]
    assert ran[3]["language"] == "bash" and ran[3]["code"] == "echo typed"


class Everything:
    def decide(self, request):
        return Run(CodeBlock("python", "print('mine')"))


def test_the_library_tells_auto_run_an_approver_and_a_call_apart():
    for more in ({"auto_run": True, "sandbox": "none"}, {"approver": Everything()}):
        with ScriptedServer(SUM, Says("Done.")) as server:
            with OpenInterpreter(model="test", api_base=server.url, **more) as agent:
                agent.execute("go")
                agent.run("python", "2 + 2")
    ran = listed()
    assert [each["by"] for each in ran] == ["auto-run", "direct", "approver", "direct"]
    assert {each["via"] for each in ran} == {"python"} and ran[2]["code"] == "print('mine')"


def test_a_page_is_no_run_and_a_folder_of_sessions_that_was_deleted_keeps_its_lines(tmp_path: Path):
    carried_out(Says("```html\n<p>hello</p>\n```\n"), SUM)
    (ran,) = listed()
    assert run("sessions", "delete", ran["session"], "--yes").returncode == 0
    assert listed() == [ran]
