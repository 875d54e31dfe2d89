"""Which folders the user trusts."""

import os
from pathlib import Path

import pytest

from interpreter.core.errors import StorageFailed
from interpreter.storage.trust import START_UP_FILES, Trust, has_modules, has_start_up_files


@pytest.fixture
def trust(paths) -> Trust:
    return Trust(paths.data / "trusted.json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "projects" / "sales"
    made.mkdir(parents=True)
    return made


def test_nothing_is_trusted_before_the_user_was_asked(trust, folder):
    assert trust.answer(folder) is None


@pytest.mark.parametrize("said", [True, False])
def test_an_answer_outlives_the_program(trust, folder, paths, said):
    trust.remember(folder, trusted=said)
    assert Trust(paths.data / "trusted.json").answer(folder) is said


def test_a_folder_inside_a_trusted_one_is_trusted(trust, folder):
    trust.remember(folder.parent, trusted=True)
    assert trust.answer(folder) is True


def test_the_nearest_answer_counts(trust, folder):
    trust.remember(folder.parent, trusted=True)
    trust.remember(folder, trusted=False)
    assert (trust.answer(folder / "deeper"), trust.answer(folder.parent / "other")) == (False, True)


def test_trust_in_a_folder_is_not_trust_in_the_one_above_or_beside(trust, folder):
    trust.remember(folder, trusted=True)
    assert trust.answer(folder.parent) is None
    assert trust.answer(folder.with_name("sales2")) is None


def test_a_link_is_what_it_points_at(trust, folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder)
    trust.remember(link, trusted=True)
    assert trust.answer(folder) is True


def test_a_link_turned_elsewhere_is_asked_about_again(trust, folder, tmp_path):
    link, elsewhere = tmp_path / "link", tmp_path / "elsewhere"
    elsewhere.mkdir()
    link.symlink_to(folder)
    trust.remember(link, trusted=True)

    link.unlink()
    link.symlink_to(elsewhere)

    assert trust.answer(link) is None


def test_dots_lead_out_of_a_trusted_folder(trust, folder):
    trust.remember(folder, trusted=True)
    assert trust.answer(folder / ".." / "other") is None


def test_a_relative_folder_is_the_same_as_its_whole_path(trust):
    trust.remember(Path(), trusted=True)
    assert trust.answer(Path.cwd()) is True


def test_a_folder_whose_name_is_not_utf_8_can_be_trusted(trust, tmp_path):
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    folder.mkdir()
    trust.remember(folder, trusted=True)
    assert trust.answer(folder) is True


DAMAGED = [b"", b"{", b"true", b"[]", b"null", b"\xff\xfe", b"{}garbage", b"[" * 100_000, b'{"/": "yes", "/tmp": 1}']


@pytest.mark.parametrize("content", DAMAGED, ids=lambda content: repr(content[:9]))
def test_a_damaged_file_trusts_nothing(trust, folder, paths, content):
    paths.data.mkdir(parents=True)
    (paths.data / "trusted.json").write_bytes(content)
    assert trust.answer(folder) is None


def test_a_folder_in_place_of_the_file_trusts_nothing(trust, folder, paths):
    (paths.data / "trusted.json").mkdir(parents=True)
    assert trust.answer(folder) is None


def test_an_answer_that_cannot_be_kept_fails_by_name(blocked, folder):
    with pytest.raises(StorageFailed):
        Trust(blocked.data / "trusted.json").remember(folder, trusted=True)


def test_a_folder_has_modules_where_python_could_import_from_it(folder):
    assert not has_modules(folder)
    (folder / "data.csv").touch()
    (folder / "sub").mkdir()
    assert not has_modules(folder)
    (folder / "sub" / "__init__.py").touch()
    assert has_modules(folder)


def test_a_single_file_is_a_module(folder):
    (folder / "random.py").touch()
    assert has_modules(folder)


@pytest.mark.parametrize("name", START_UP_FILES)
def test_what_r_or_deno_obeys_at_its_start_is_something_to_trust_also_where_it_is_a_link_to_nowhere(folder, name):
    assert not has_start_up_files(folder)
    (folder / name).symlink_to("/nowhere")
    assert has_start_up_files(folder)


def test_a_folder_that_cannot_be_read_has_none(folder):
    assert not has_modules(folder / "missing")
