"""Every command, typed by a person at a terminal, in the drawn chat and in the plain one."""

import base64
import time
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest

from interpreter.terminal.commands import COMMANDS
from tests.scripted_server import Hangs, Says
from tests.terminal.person import PATIENCE
from tests.terminal.test_chat_tty import DONE, QUESTION, SUM, sits_down

TYPED = (
    ("%help", "list the commands"),
    ("/model", "test (named, at http"),
    ("%models", "* test"),
    ("%model other", "other answers from now on"),
    ("%info", "before code runs"),
    ("%vars", "Nothing yet."),
    ("%open", "No page has been saved yet."),
    ("%kernels", "starts when needed"),
)
AFTERWARDS = (
    ("%vars", "int"),
    ("%tokens", "context in use"),
    ("%kernels", "running"),
    ("%copy code", "if your terminal allows it"),
    ("%jupyter notes", "Written: "),
    ("%markdown notes", "Written: "),
    ("%export html notes", "Written: "),
    ("%bad not what I meant", "The last turn is marked bad"),
    ("%good", "The last turn is marked good"),
    ("%restart", "python has been restarted"),
    ("%vars", "Nothing yet."),
    ("%verbose on", "%verbose is on."),
    ("%sessions", "* ", "1 turns  go"),
    ("%fork", "stays as it is"),
    ("%resume nowhere", "There is no session nowhere."),
    ("%redo", "Such as %redo"),
    ("%retry", "Again: go", QUESTION),
)


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "work"


@pytest.mark.parametrize("arguments", [(), ("--plain",)], ids=["drawn", "plain"])
def test_every_command_does_what_it_says(work, arguments):
    used = {typed.split()[0][1:] for typed, *_ in (*TYPED, *AFTERWARDS)}
    used |= {"output", "auto", "undo", "reset", "quit"}
    assert used == {command.name for command in COMMANDS}

    script = (SUM, DONE, SUM, Says("Done again."), SUM, Says("Not asked."))
    with sits_down(*script, arguments=arguments, columns=120, environment={"PAGER": "cat"}) as (person, server):
        for typed, *seen in TYPED:
            person.says(typed).sees(*seen)
        person.says("go").sees(QUESTION).types("y").sees("42", "All done.")
        for typed, *seen in AFTERWARDS:
            person.says(typed).sees(*seen)
        person.types("y").sees("the user restarted it", "Done again.", "2 steps · ")
        person.says("%output").sees("42")
        person.says("%auto on").sees("without a box.", "[y]es / [n]o").types("y").sees("without asking")
        person.says("once more").sees("42", "Not asked.")
        person.says("%undo 2").sees("Taken back: once more", "Taken back: go")
        person.says("%reset").sees("forgotten")
        person.says("%hlep").sees("Did you mean %help?")
        person.says("/quit")
        assert person.exit_code() == 0
        assert {request["model"] for request in server.requests} == {"other"}
        assert person.screen.count(QUESTION) == 2
        sequence = person.raw.split("\x1b]52;c;")[1].split("\x07")[0]
    assert base64.b64decode(sequence).decode() == "x = 6 * 7\nprint(x)"
    made = nbformat.read(work / "notes.ipynb", as_version=4)
    nbformat.validate(made)
    assert [output.text for output in made.cells[1].outputs] == ["42\n"]
    assert "```text\n42\n```" in (work / "notes.md").read_text()


def test_ctrl_c_during_a_command_does_not_end_the_chat():
    block = Says("```python\nimport threading, sys\nsys.setswitchinterval(1000)\n```\n")
    with sits_down(block, DONE, Hangs()) as (person, _):
        person.says("go").sees(QUESTION).types("y").sees("All done.")
        person.says("%auto on").sees("[y]es / [n]o").presses_ctrl("c").sees("you are asked")
        person.says("%retry").sees("Again: go", "waiting for test").presses_ctrl("c").sees("Stopped.")
        person.says("%restart").presses_ctrl("c").sees("restarted")
        person.says("%vars").sees("Nothing yet.")
        assert person.leaves() == 0


def test_variables_are_listed_after_a_turn_that_was_stopped():
    with sits_down(SUM, Hangs()) as (person, _):
        person.says("go").sees(QUESTION).types("y").sees("42", "waiting for test").presses_ctrl("c").sees("Stopped.")
        person.says("%vars").sees("x  int")
        assert person.leaves() == 0


def test_what_begins_like_a_path_goes_to_the_model():
    with sits_down(Says("A folder.")) as (person, server):
        person.says("/var holds what?").sees("A folder.")
        assert person.leaves() == 0
        assert server.requests[0]["messages"][-1]["content"] == "/var holds what?"


def embedded_servers(program: int) -> list[Path]:
    """The servers that the program has started; their environment does not tell whose they are."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == program and b"embedded_server" in (folder / "cmdline").read_bytes():
                found.append(folder)
    return found


def until(is_so) -> bool:
    end = time.monotonic() + PATIENCE
    while not is_so() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(is_so())


@pytest.mark.timeout(180)
def test_the_embedded_model_comes_and_goes(home_with_weights):
    with sits_down(DONE) as (person, server):
        person.says("hello").sees("All done.")
        person.says("%model embedded").sees("embedded answers from now on")
        assert until(lambda: embedded_servers(person.pid))
        person.says("%model test").sees("test answers from now on")
        assert until(lambda: not embedded_servers(person.pid))
        person.says("go on").sees("All done.")
        assert person.leaves() == 0
        assert [message["content"] for message in server.requests[-1]["messages"][1:]] == [
            "hello",
            "All done.",
            "go on",
        ]
