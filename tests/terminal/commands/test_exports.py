import base64
import json
import os
from dataclasses import replace

import nbformat
import pytest

from interpreter.core.messages import Display
from interpreter.core.ports import Ended, OutputArrived
from interpreter.session_in_use import SessionInUse
from interpreter.storage.paths import find_paths
from interpreter.storage.sessions.session_reader import Mark
from tests.fakes import FakeKernel, FakeKernels
from tests.terminal.commands.fronts import SECRET, front_with, said

PNG = b"\x89PNG not really"
BLOCK = "```python\nplot()\n```"


def plots(code):
    for _ in range(2):
        yield OutputArrived(Display({"image/png": base64.b64encode(PNG).decode(), "text/plain": "<Figure>"}))
    return Ended("ok", 0.1)


@pytest.fixture
def work(tmp_path):
    (tmp_path / "work folder").mkdir()
    return tmp_path / "work folder"


@pytest.fixture
def chat(work, capsys):
    front = front_with(work, BLOCK, f"Done: {SECRET}", kernels=FakeKernels(FakeKernel(plots)))
    front.carry_out("plot it")
    return front


def test_a_notebook_is_written_into_the_working_folder_and_its_path_is_said(chat, work, capsys):
    assert said(capsys, chat, "%jupyter") == f"Written: {work}/session.ipynb\n"
    made = nbformat.read(work / "session.ipynb", as_version=4)
    nbformat.validate(made)
    assert [cell.cell_type for cell in made.cells] == ["markdown", "code", "markdown"]
    assert SECRET not in (work / "session.ipynb").read_text()


def test_markdown_is_written_with_its_pictures_beside(chat, work, capsys):
    assert said(capsys, chat, "%markdown") == f"Written: {work}/session.md\n"
    text = (work / "session.md").read_text()
    assert "![picture](<session_files/picture.png>)" in text and "session_files/picture-2.png" in text
    assert (work / "session_files" / "picture-2.png").read_bytes() == PNG
    assert SECRET not in text


@pytest.mark.parametrize(("command", "ending"), [("%jupyter", ".ipynb"), ("%markdown", ".md")])
def test_nothing_is_overwritten(chat, work, capsys, command, ending):
    (work / f"session{ending}").write_text("mine")
    assert said(capsys, chat, command) == f"Written: {work}/session-2{ending}\n"
    assert (work / f"session{ending}").read_text() == "mine"


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("notes", "notes.ipynb"),
        ("my notes.ipynb", "my notes.ipynb"),
        ("'my notes'", "my notes.ipynb"),
        ("sub", "sub/session.ipynb"),
        ("sub/day", "sub/day.ipynb"),
        ("~/day", "../home/day.ipynb"),
        ("note.v2", "note.v2"),
    ],
)
def test_it_is_written_where_the_user_says(chat, work, capsys, monkeypatch, typed, path):
    (work / "sub").mkdir()
    (work.parent / "home").mkdir()
    monkeypatch.setenv("HOME", os.fspath(work.parent / "home"))
    said(capsys, chat, f"%jupyter {typed}")
    assert json.loads((work / path).read_text())["nbformat"] == 4


@pytest.mark.parametrize(
    "typed", ["nowhere/notes", "/proc/notes", "n" * 300, "a\0b", "~nobody-here/x", "\x1b]0;t\x07/x"]
)
@pytest.mark.parametrize("command", ["%jupyter", "%markdown"])
def test_what_cannot_be_written_is_said_in_two_lines(chat, work, capsys, command, typed):
    shown = said(capsys, chat, f"{command} {typed}")
    assert shown.startswith("Error: ") and len(shown.splitlines()) == 2 and "\x1b" not in shown
    assert list(work.iterdir()) == []


@pytest.mark.parametrize("command", ["%jupyter", "%markdown"])
def test_an_empty_session_is_not_written(work, capsys, command):
    assert "nothing to write" in said(capsys, front_with(work), command)
    assert list(work.iterdir()) == []


def test_a_text_that_utf8_cannot_hold_is_written(work, capsys):
    front = front_with(work, "lone \ud800 surrogate")
    said(capsys, front, "go", "%jupyter", "%markdown")
    nbformat.validate(nbformat.read(work / "session.ipynb", as_version=4))
    assert "lone ? surrogate" in (work / "session.md").read_text()


def test_a_damaged_picture_costs_nothing_but_itself(work, capsys):
    def damaged(code):
        yield OutputArrived(Display({"image/png": "abcde"}))
        return Ended("ok", 0.1)

    front = front_with(work, BLOCK, "Done.", kernels=FakeKernels(FakeKernel(damaged)))
    said(capsys, front, "go", "%markdown")
    assert "Done." in (work / "session.md").read_text()


@pytest.mark.parametrize("form", ["ipynb", "markdown", "html", "json", "python"])
def test_every_form_is_written_where_the_user_says_and_tells_no_secret(chat, work, capsys, form):
    path = said(capsys, chat, f"%export {form.upper()} my notes").removeprefix("Written: ").strip()
    assert path.startswith(f"{work}/my notes.")
    text = (work / path).read_text()
    assert SECRET not in text and "plot" in text


def test_the_chat_and_the_subcommand_write_the_same(chat, work, capsys):
    said(capsys, chat, "%jupyter one")
    said(capsys, chat, "%export ipynb two")
    assert (work / "one.ipynb").read_text() == (work / "two.ipynb").read_text()


@pytest.mark.parametrize("typed", ["%export", "%export pdf", "%export chat-jsonl x"])
def test_a_form_that_there_is_not_is_said_with_those_that_there_are(chat, work, capsys, typed):
    assert "ipynb, markdown, html, json, python" in said(capsys, chat, typed)
    assert list(work.iterdir()) == []


@pytest.fixture
def recorded(chat, work):
    """The same chat, kept on disk from here on."""
    session = session_of(chat, work, keeps=True)
    session.sync()
    chat.assembled = replace(chat.assembled, session=session)
    yield chat, session.sessions
    session.close()


def session_of(chat, work, *, keeps: bool) -> SessionInUse:
    paths = find_paths({"INTERPRETER_HOME": str(work.parent / "home")})
    return SessionInUse(chat.assembled.agent, chat.assembled.model, paths, work, str, keeps=keeps)


def test_the_last_turn_is_marked_and_a_later_mark_takes_the_place_of_it(recorded, capsys):
    chat, sessions = recorded
    assert "marked bad" in said(capsys, chat, "%bad not what I meant")
    with sessions.read("latest") as session:
        assert session.marks() == {1: Mark(good=False, why="not what I meant")}
    assert "marked good" in said(capsys, chat, "%good")
    with sessions.read("latest") as session:
        assert session.marks() == {1: Mark(good=True, why="")}


def test_marks_need_a_turn_and_a_session_that_is_kept(recorded, work, capsys):
    chat, _ = recorded
    said(capsys, chat, "%reset")
    assert "There is no turn to mark." in said(capsys, chat, "%good")
    chat.assembled = replace(chat.assembled, session=session_of(chat, work, keeps=False))
    assert "not kept" in said(capsys, chat, "%bad")


def test_json_from_the_chat_holds_what_is_on_disk(recorded, work, capsys):
    chat, _ = recorded
    said(capsys, chat, "%good")
    said(capsys, chat, "%export json all")
    made = json.loads((work / "all.json").read_text())
    assert made["marks"] == [{"instruction": 1, "good": True, "why": ""}] and made["session"]["title"] == "plot it"
