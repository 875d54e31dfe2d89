"""`interpreter config`: what it shows, what it writes, and that a wrong file never stands in its way."""

import json
import os
import stat
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from interpreter.settings import Settings
from interpreter.terminal.subcommands.config import PARSERS
from tests.terminal.person import PROGRAM, Person
from tests.terminal.subcommands.conftest import is_two_clear_lines

KEY = "sk-canary"


def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*PROGRAM, "config", *arguments],
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,
    )


def does(*arguments: str, **variables: str) -> str:
    """What it says when all goes well."""
    done = run(*arguments, **variables)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def file(home: Path) -> Path:
    """Where `config.toml` is or will be."""
    return home / "config" / "config.toml"


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


# What is shown


def test_without_a_choice_it_says_so_and_makes_nothing(home):
    assert "Every setting has its default" in does() == does("show")
    assert json.loads(does("show", "--json")) == []
    assert not home.exists()


def test_every_value_is_shown_with_where_it_came_from(file):
    write(file, '# mine\nmax_steps = 7\nprofile = "careful"\n')
    said = does("show", INTERPRETER_GAP_TIMEOUT="9.5")
    rows = {line.split()[0]: line for line in said.splitlines()}
    assert set(rows) > {"SETTING", "profile", "max_steps", "gap_timeout"} and "model" not in rows
    assert rows["profile"].endswith(f"{file}:3")
    assert rows["gap_timeout"].split() == ["gap_timeout", "9.5", "INTERPRETER_GAP_TIMEOUT"]
    assert rows["max_steps"].endswith("10                                                profile careful (shipped)")


def test_all_of_them_can_be_shown_and_with_another_profile(file):
    names = [each["name"] for each in json.loads(does("show", "--all", "--json"))]
    assert names == [each.name for each in fields(Settings)]
    record = next(each for each in json.loads(does("show", "--profile", "fast", "--json")) if each["name"] == "profile")
    assert record["source"] == {"kind": "flag", "name": "--profile", "file": None, "line": None}
    assert record["value"] == "fast" and record["default"] is None


@pytest.mark.parametrize("words", [["show"], ["show", "--json"], ["get", "api_key"], ["get", "--json", "api_key"]])
def test_a_key_is_never_shown(file, words):
    write(file, f"api_key = '{KEY}'\nkernel_server = 'https://host/?token={KEY}'\napi_base = 'https://u:{KEY}@h/v1'")
    said = does(*words)
    assert KEY not in said and "(hidden)" in said


def test_one_value_is_printed_as_it_is(file):
    write(file, 'instructions = """\nOne.\nTwo.\n"""\nplain = true\ntimeout = inf')
    assert does("get", "instructions") == "One.\nTwo.\n\n"
    assert does("get", "plain") == "true\n"
    assert does("get", "model") == "\n"
    assert json.loads(does("get", "timeout", "--json"))["value"] == "inf"
    assert does("get", "first_token_timeout") == "60\n"


# What is written


def test_a_setting_is_written_and_holds(file):
    assert does("set", "max_steps", "9") == f"max_steps = 9 in {file}\n"
    assert does("get", "max_steps") == "9\n"
    does("set", "auto_run", "yes")
    does("set", "timeout", "1.5")
    does("set", "instructions", 'Say "hi"\nand """bye""".')
    assert "auto_run = true\n" in file.read_text()
    assert does("get", "instructions") == 'Say "hi"\nand """bye""".\n'


def test_changes_at_the_same_time_all_land(file):
    chosen = {"max_steps": "9", "timeout": "8", "plain": "true", "model": "m", "bell": "7"}
    started = [subprocess.Popen([*PROGRAM, "config", "set", *words], stdout=-1) for words in chosen.items()]
    assert [each.communicate(timeout=60) and each.returncode for each in started] == [0] * len(chosen)
    assert {each["name"]: str(each["value"]).lower() for each in json.loads(does("show", "--json"))} == {
        **chosen,
        "timeout": "8.0",
        "bell": "7.0",
    }


def test_comments_layout_and_unknown_keys_stay(file):
    write(file, "# mine\n\nmax_steps = 7  # enough\n\n[later]\nx = 1\n")
    done = run("set", "max_steps", "9")
    assert file.read_text() == "# mine\n\nmax_steps = 9  # enough\n\n[later]\nx = 1\n"
    # It is said, and it kept nobody from writing.
    assert done.returncode == 0 and "there is no setting 'later'" in done.stderr


def test_a_relative_path_is_written_as_the_whole(file, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    monkeypatch.chdir(tmp_path)
    does("set", "cwd", ".")
    assert does("get", "cwd") == f"{tmp_path}\n"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("max_step", "9", "Did you mean max_steps?"),
        ("max_steps", "many", "a whole number"),
        ("max_steps", "0", "above 0"),
        ("auto_run", "perhaps", "yes or no"),
        ("profile", "caeful", "Did you mean careful?"),
        ("instructions", "\udcff", "not UTF-8"),
    ],
)
def test_what_cannot_hold_is_not_written(file, name, value, said):
    write(file, "plain = true\n")
    done = run("set", name, value)
    assert done.returncode == 2 and is_two_clear_lines(done.stderr) and said in done.stderr
    assert file.read_text() == "plain = true\n" and list(file.parent.iterdir()) == [file]


def test_a_damaged_file_is_not_written_over(file):
    write(file, "model = \n")
    for words in (["set", "plain", "true"], ["unset", "plain"]):
        done = run(*words)
        assert done.returncode == 2 and is_two_clear_lines(done.stderr) and "not TOML" in done.stderr
    assert file.read_text() == "model = \n"


def test_a_setting_can_be_taken_out_and_so_can_what_is_unknown(file):
    write(file, "max_steps = 7\nmodle = 1\n")
    assert "no longer set" in does("unset", "modle")
    assert "no longer set" in does("unset", "max_steps")
    assert "is not set" in does("unset", "max_steps")
    assert run("unset", "nonsense").returncode == 2
    assert file.read_text() == ""


def test_what_goes_before_the_file_is_told(file):
    said = does("set", "max_steps", "9", INTERPRETER_MAX_STEPS="3")
    assert said.endswith("For now it is 3: INTERPRETER_MAX_STEPS goes before it.\n")


def test_a_key_is_written_with_a_warning_and_not_repeated(file):
    done = run("set", "api_key", KEY)
    assert done.returncode == 0 and KEY not in done.stdout + done.stderr
    assert "environment variable" in done.stderr and KEY in file.read_text()


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_file_and_folders_are_the_users_alone(home, file, umask):
    before = os.umask(umask)
    try:
        does("set", "max_steps", "9")
        does("set", "--profile", "mine", "max_steps", "9")
        does("edit", "--profile", "other", EDITOR="true")
    finally:
        os.umask(before)
    for path in [home, *home.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_link_stays_one_and_its_target_is_changed(file, tmp_path):
    (tmp_path / "dotfiles").mkdir(mode=0o755)
    target = write(tmp_path / "dotfiles" / "interpreter.toml", "max_steps = 7 # mine\n")
    file.parent.mkdir(parents=True)
    file.symlink_to(target)
    does("set", "max_steps", "9")
    assert file.is_symlink() and target.read_text() == "max_steps = 9 # mine\n"
    assert stat.S_IMODE(target.parent.stat().st_mode) == 0o755


def test_a_folder_that_cannot_be_made_is_said(home):
    home.write_text("a file")
    done = run("set", "max_steps", "9")
    assert done.returncode == 1 and is_two_clear_lines(done.stderr)


def test_a_shipped_profile_becomes_the_users_with_all_that_it_held(home):
    does("set", "--profile", "careful", "max_steps", "3")
    own = home / "config" / "profiles" / "careful.toml"
    assert does("path", "--profile", "careful") == f"{own}\n"
    shown = {each["name"]: each for each in json.loads(does("show", "--profile", "careful", "--json"))}
    assert shown["max_steps"]["value"] == 3 and shown["max_steps"]["source"]["file"] == str(own)
    assert shown["auto_run"]["value"] is False and "# You are asked" in own.read_text()


# The editor


def editor(tmp_path: Path, script: str) -> str:
    """An editor that does this to the file `$1`."""
    path = tmp_path / "editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return str(path)


def test_the_editor_is_given_the_file_and_a_new_one_says_how_it_is_written(file, tmp_path):
    said = does("edit", VISUAL=editor(tmp_path, 'echo "max_steps = 4" >> "$1"'), EDITOR="false")
    assert said == f"{file} is in order.\n"
    assert file.read_text().startswith("# Settings") and does("get", "max_steps") == "4\n"


def test_what_the_editor_left_wrong_is_said_and_kept(file, tmp_path):
    done = run("edit", EDITOR=editor(tmp_path, 'echo "modle = 4" > "$1"'))
    assert done.returncode == 2 and is_two_clear_lines(done.stderr) and "Did you mean model?" in done.stderr
    assert file.read_text() == "modle = 4\n"


@pytest.mark.parametrize("command", ["/no/such/editor", "false", "'"])
def test_an_editor_that_fails_is_said(file, command):
    done = run("edit", EDITOR=command)
    assert done.returncode == 2 and is_two_clear_lines(done.stderr) and "EDITOR" in done.stderr


def test_at_a_terminal_the_file_can_be_opened_again_until_it_is_right(file, tmp_path):
    script = editor(tmp_path, 'if grep -q modle "$1"; then echo "model = 4" > "$1"; else echo "modle = 4" > "$1"; fi')
    with Person("config", "edit", environment={"EDITOR": script}) as person:
        person.sees("there is no setting 'modle'", "Open it again? [y]es / [n]o ").types("y")
        person.sees("model takes text", "Open it again? [y]es / [n]o ").types("n")
        assert person.exit_code() == 2
        assert person.finds_its_terminal_as_it_was()
    script = editor(tmp_path, 'echo "plain = true" > "$1"')
    with Person("config", "edit", environment={"EDITOR": script}) as person:
        person.sees("is in order.")
        assert person.exit_code() == 0


def test_ctrl_c_at_the_question_leaves_the_file_and_the_terminal_as_they_are(file, tmp_path):
    with Person("config", "edit", environment={"EDITOR": editor(tmp_path, 'echo "modle = 4" > "$1"')}) as person:
        person.sees("Open it again? [y]es / [n]o ").presses_ctrl("c")
        assert person.exit_code() == 130
        assert person.finds_its_terminal_as_it_was() and "Traceback" not in person.screen
    assert file.read_text() == "modle = 4\n"


# Whatever is wrong


WRONG = ["modle = 1", 'max_steps = "x"', "model = ", "profile = 'none'"]


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_file_keeps_nobody_from_seeing_and_mending_it(file, tmp_path, text):
    write(file, text)
    assert does("path") == f"{file}\n"
    done = run("show", INTERPRETER_GAP_TIMEOUT="9")
    assert "gap_timeout  9" in done.stdout and done.returncode == 2 and is_two_clear_lines(done.stderr)
    assert "SETTING" in run("show", "--all").stdout
    for words in ([], ["show"], ["edit"], ["set"]):
        assert "usage: interpreter config" in does(*words, "--help")
    assert "in order" in does("edit", EDITOR=editor(tmp_path, 'echo "max_steps = 4" > "$1"'))


@pytest.mark.parametrize("text", WRONG)
def test_the_program_says_in_two_lines_what_is_wrong_and_its_help_says_nothing(file, text):
    write(file, text)
    done = subprocess.run([*PROGRAM, "hi"], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    assert done.returncode == 2 and is_two_clear_lines(done.stderr) and str(file) in done.stderr
    for flag in ("--help", "--version"):
        done = subprocess.run([*PROGRAM, flag], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")


def test_hidden_characters_of_a_file_are_shown_as_marks(file):
    write(file, 'instructions = "a\\u001b[2Jb\\u202e"\n"m\\u001bodel" = 1\n')
    for words in (["show"], ["get", "instructions"]):
        done = run(*words)
        assert "\x1b" not in done.stdout + done.stderr and "\u202e" not in done.stdout + done.stderr


@pytest.mark.parametrize("words", [["shwo"], ["get"], ["set", "max_steps"], ["path", "x"], ["--nonsense"]])
def test_words_that_do_not_fit_are_wrong_usage(words):
    done = run(*words)
    assert done.returncode == 2 and is_two_clear_lines(done.stderr) and done.stdout == ""


@pytest.mark.parametrize("words", [name.split()[1:] for name in PARSERS])
def test_there_is_help_for_every_action(words):
    assert "usage: interpreter config" in does(*words, "--help")


def test_only_a_change_loads_what_writes_toml_and_only_a_file_what_reads_it(file):
    look = "import sys; from interpreter.cli import main; main(sys.argv[1:]); print('|', *sys.modules)"

    def loaded(*words: str) -> set[str]:
        out = subprocess.check_output([sys.executable, "-c", look, "config", *words], text=True)
        return set(out.rpartition("|")[2].split()) & {"tomllib", "tomlkit", "httpx", "rich", "litellm"}

    assert loaded("show") == set()
    assert loaded("set", "max_steps", "9") == {"tomllib", "tomlkit"}
    assert loaded("show") == {"tomllib"}
