"""The first minutes at a real terminal: no model, a hint a chat, a prompt before all else is there."""

import time
from pathlib import Path

import pytest

from interpreter.terminal.hints import HINTS
from tests.scripted_server import ScriptedServer
from tests.terminal.person import PATIENCE, Person, processes

HEADER = "Ctrl-D leaves"


@pytest.fixture(autouse=True)
def quiet_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def chat(*arguments: str, **more) -> Person:
    return Person("--model", "test", "--api-base", "http://127.0.0.1:9/v1", *arguments, **more)


def under_the_header(person: Person) -> str:
    """What stands between the header and the prompt."""
    person.sees_prompt()
    said = person.screen.split(HEADER)[1].rpartition("\n>")[0].strip()
    assert person.presses_ctrl("d").exit_code() == 0
    return said


def test_each_of_the_first_chats_has_a_hint_of_its_own_and_the_next_has_none():
    for hint in (*HINTS[:2], *HINTS[-1:]):
        if hint == HINTS[-1]:
            (count,) = Path.cwd().parent.glob("home/data/first_sessions")
            count.write_text(f"{len(HINTS) - 1}\n")
        with chat(columns=120) as person:
            assert under_the_header(person) == hint
            assert f"\x1b[2m{hint}\x1b[0m" in person.raw
    with chat() as person:
        assert under_the_header(person) == ""


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [(["--private"], {}), (["--plain"], {}), ([], {"TERM": "dumb"})],
    ids=["private", "plain", "dumb"],
)
def test_a_private_chat_or_one_that_is_not_drawn_has_no_hint_and_counts_none(home, arguments, environment):
    with chat(*arguments, environment=environment) as person:
        assert under_the_header(person) == ""
    assert not (home / "data" / "first_sessions").exists()


def test_without_colours_the_hint_has_none():
    with chat(environment={"NO_COLOR": "1"}) as person:
        assert under_the_header(person) == HINTS[0]
        assert "\x1b[2m" not in person.raw


def test_the_kernel_starts_behind_the_prompt_before_anything_is_typed():
    with ScriptedServer() as server:
        with Person("--model", "test", "--api-base", server.url) as person:
            person.sees_prompt()
            until = time.monotonic() + PATIENCE
            while not any("connection.json" in command(pid) for pid in processes()):
                assert time.monotonic() < until, "no kernel was started"
                person.waits(0.05)
            assert person.presses_ctrl("d").exit_code() == 0


def test_without_a_model_that_is_said_before_any_question_and_fits_a_narrow_terminal(without_weights, tmp_path):
    Path("mine.py").touch()
    script = tmp_path / "without-weights"
    script.write_text(f"#!/bin/sh\nexec {' '.join(map(quoted, without_weights))}\n")
    script.chmod(0o700)
    with Person(shell=f"exec {script}", columns=40) as person:
        assert person.exit_code() == 2
        assert "Trust" not in person.screen and len(person.screen.splitlines()) <= 10
        for line in ("There is no model", "export OPENAI_API_KEY=sk-…", "pip install 'kernel-interpreter[local]'"):
            assert line in person.screen


def command(pid: int) -> str:
    """What a process was started with, empty where it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"
