"""Where our files are, and who can read them."""

import os
from pathlib import Path

import pytest

from interpreter.core.errors import StorageFailed
from interpreter.storage.paths import find_paths, private_folder, write_private


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_interpreter_home_holds_everything(tmp_path):
    paths = find_paths({"INTERPRETER_HOME": str(tmp_path)})
    assert paths.config == tmp_path / "config"
    assert {paths.data, paths.models.parent, paths.logs.parent, paths.history.parent} == {tmp_path / "data"}


def test_a_relative_home_is_meant_from_the_folder_of_the_start(tmp_path):
    assert find_paths({"INTERPRETER_HOME": "here"}).data == Path.cwd() / "here" / "data"


def test_without_a_home_the_folders_are_the_systems():
    paths = find_paths({})
    assert paths.config.is_absolute() and paths.config.name == paths.data.name == "interpreter"


def test_finding_makes_nothing(tmp_path):
    find_paths({"INTERPRETER_HOME": str(tmp_path / "new")})
    assert list(tmp_path.iterdir()) == []


def test_folders_are_the_owners_alone_whatever_the_umask(paths, open_umask, tmp_path):
    private_folder(paths.logs)
    made = [paths.logs, *(parent for parent in paths.logs.parents if tmp_path in parent.parents)]
    assert len(made) == 4
    assert {mode(folder) for folder in made} == {0o700}


def test_files_are_the_owners_alone_whatever_the_umask(paths, open_umask):
    write_private(paths.data / "file", "x")
    assert (mode(paths.data / "file"), mode(paths.data)) == (0o600, 0o700)


def test_a_folder_that_was_open_to_others_is_closed(tmp_path):
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    private_folder(folder)
    assert mode(folder) == 0o700


def test_folders_that_are_not_ours_are_left_as_they_are(tmp_path):
    tmp_path.chmod(0o755)
    private_folder(tmp_path / "ours")
    assert mode(tmp_path) == 0o755


def test_a_file_that_was_open_to_others_is_closed_when_it_is_written(paths):
    file = private_folder(paths.data) / "file"
    file.write_text("old")
    file.chmod(0o666)
    write_private(file, "new")
    assert (file.read_text(), mode(file)) == ("new", 0o600)


def test_a_file_is_replaced_as_a_whole_and_leaves_no_draft(paths):
    file = paths.data / "file"
    write_private(file, "long " * 1000)
    write_private(file, "short\n")
    assert file.read_text() == "short\n"
    assert list(paths.data.iterdir()) == [file]


def test_a_home_that_cannot_be_made_says_so_and_what_to_do(blocked):
    with pytest.raises(StorageFailed) as raised:
        private_folder(blocked.logs)
    assert "cannot be made" in str(raised.value) and "INTERPRETER_HOME" in raised.value.hint


def test_a_file_that_cannot_be_written_says_so_and_leaves_what_was_there(paths):
    target = private_folder(paths.data / "a folder")
    (target / "old").write_text("old")
    with pytest.raises(StorageFailed) as raised:
        write_private(target, "new")
    assert "cannot be written" in str(raised.value) and "INTERPRETER_HOME" in raised.value.hint
    assert (target / "old").read_text() == "old"
    assert os.listdir(paths.data) == ["a folder"]  # noqa: PTH208
