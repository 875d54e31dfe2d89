"""The first chats are counted, and nothing that goes wrong with the count is noticed."""

import pytest

from interpreter.storage.first_sessions import count_session
from interpreter.storage.paths import Paths


@pytest.fixture
def paths(tmp_path) -> Paths:
    return Paths(tmp_path / "config", tmp_path / "data")


def test_each_of_the_first_has_its_number_and_the_later_ones_none(paths):
    assert [count_session(paths, 3) for _ in range(5)] == [0, 1, 2, None, None]
    assert (paths.data / "first_sessions").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("junk", [b"", b"x", b"-1", b"1" * 5000, b"\xff\xfe", b"1 2"])
def test_a_damaged_count_is_as_good_as_over_and_is_left_alone(paths, junk):
    paths.data.mkdir()
    (paths.data / "first_sessions").write_bytes(junk)
    assert count_session(paths, 3) is None
    assert (paths.data / "first_sessions").read_bytes() == junk


def test_where_nothing_can_be_written_there_is_no_number(tmp_path):
    (tmp_path / "file").touch()
    assert count_session(Paths(tmp_path, tmp_path / "file" / "data"), 3) is None
    (tmp_path / "data" / "first_sessions").mkdir(parents=True)
    assert count_session(Paths(tmp_path, tmp_path / "data"), 3) is None
