"""What turns changed in a folder is known, and comes back; what others changed is known as theirs."""

import os
import subprocess
from pathlib import Path

import pytest

from interpreter.storage.sessions.folder_states import FolderStates, why_not
from interpreter.storage.sessions.session_reader import Folders
from interpreter.storage.sessions.shadow import NO_GIT, Limits, NotKept, Shadow

PATH = os.environ["PATH"]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


@pytest.fixture
def states(work: Path, tmp_path: Path) -> FolderStates:
    return FolderStates(work, tmp_path / "session", PATH)


def taken(states: FolderStates) -> str:
    state = states.now()
    assert state is not None, states.why_not
    return state


def test_what_a_turn_wrote_deleted_and_made_is_what_has_to_be_brought_back(states, work):
    (work / "a").write_text("1")
    (work / "b").write_text("2")
    before = taken(states)
    (work / "a").write_text("changed")
    (work / "b").unlink()
    (work / "deep").mkdir()
    (work / "deep" / "c").write_text("new")
    undoing = states.undoing([Folders(1, before, taken(states))])
    assert sorted(undoing.clean) == ["a", "b", "deep/c"] and undoing.removed == ("deep/c",) and not undoing.touched
    assert states.bring_back(undoing.clean) == []
    assert {path.name: path.read_text() for path in work.iterdir()} == {"a": "1", "b": "2"}
    assert taken(states) == before


def test_bytes_links_and_the_right_to_run_come_back_whatever_the_folders_attributes_say(states, work):
    (work / ".gitattributes").write_text("* text=auto eol=crlf ident working-tree-encoding=UTF-16\n")
    content = bytes(range(256)) + b"\r\n$Id$\n"
    (work / "raw").write_bytes(content)
    (work / "raw").chmod(0o755)
    (work / "link").symlink_to("nowhere")
    name = os.fsdecode(b"\xff name\n:(top)")
    (work / name).write_text("odd")
    before = taken(states)
    for path in ("raw", "link", name):
        (work / path).unlink()
    undoing = states.undoing([Folders(1, before, taken(states))])
    assert states.bring_back(undoing.clean) == []
    assert (work / "raw").read_bytes() == content and os.access(work / "raw", os.X_OK)
    assert (work / "link").readlink() == Path("nowhere") and (work / name).read_text() == "odd"


def test_what_somebody_changed_since_or_between_two_turns_is_known_as_theirs(states, work):
    for name in "abc":
        (work / name).write_text("0")
    first = taken(states)
    for name in "abc":
        (work / name).write_text("1")
    first_end = taken(states)
    (work / "b").write_text("mine")
    second = taken(states)
    (work / "b").write_text("2")
    second_end = taken(states)
    (work / "c").write_text("mine")
    undoing = states.undoing([Folders(1, first, first_end), Folders(5, second, second_end)])
    assert sorted(undoing.clean) == ["a"] and sorted(undoing.touched) == ["b", "c"]


def test_a_turn_whose_end_nobody_saw_changes_nothing_without_a_word(states, work):
    before = taken(states)
    (work / "a").write_text("1")
    undoing = states.undoing([Folders(1, before, None)])
    assert not undoing.clean and sorted(undoing.touched) == ["a"]


def test_a_file_that_grew_too_large_is_left_out_and_never_written_over_unasked(work, tmp_path):
    states = FolderStates(work, tmp_path / "session", PATH, limits=Limits(largest=10))
    (work / "a").write_text("small")
    before = taken(states)
    (work / "a").write_text("large " * 10)
    undoing = states.undoing([Folders(1, before, taken(states))])
    assert states.left_out == ("a",)
    assert not undoing.clean and sorted(undoing.touched) == ["a"]


def test_ignored_files_pipes_and_repositories_within_are_left_out(states, work):
    (work / ".gitignore").write_text("ignored\n")
    before = taken(states)
    (work / "ignored").write_text("1")
    os.mkfifo(work / "pipe")
    (work / "within" / ".git").mkdir(parents=True)
    (work / "within" / "file").write_text("1")
    subprocess.run(["git", "init", "-q", str(work / "within")], check=True)
    assert taken(states) == before


def test_nothing_is_written_through_a_link(states, work, tmp_path):
    (work / "deep").mkdir()
    (work / "deep" / "a").write_text("1")
    before = taken(states)
    (work / "deep" / "a").unlink()
    (work / "deep").rmdir()
    (work / "deep").symlink_to(tmp_path)
    undoing = states.undoing([Folders(1, before, taken(states))])
    wrong = states.bring_back({path: held for path, held in undoing.clean.items() if path == "deep/a"})
    assert len(wrong) == 1 and not (tmp_path / "a").exists()


def test_a_folder_that_holds_too_much_is_refused_with_the_reason(work, tmp_path):
    for name in "abc":
        (work / name).write_text(name)
    with pytest.raises(NotKept, match="holds too much"):
        Shadow(work, tmp_path / "session", PATH, Limits(files=2)).state()


def test_where_there_can_be_none_the_reason_is_told(work, tmp_path):
    assert why_not(work, tmp_path / "home", PATH) == ""
    assert why_not(work, work, PATH) == why_not(tmp_path, work, PATH) != ""
    assert why_not(None, tmp_path, PATH) == "code runs on another machine"
    assert why_not(work, tmp_path / "home", str(tmp_path)) == NO_GIT


def test_what_is_kept_is_for_its_owner_alone(states, work, tmp_path):
    (work / "a").write_text("1")
    taken(states)
    found = list((tmp_path / "session").rglob("*"))
    assert found and not [path for path in found if path.stat().st_mode & 0o077]
