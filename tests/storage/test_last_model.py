"""The model of the last chat."""

import pytest

from interpreter.core.errors import StorageFailed
from interpreter.storage.last_model import last_model, remember_model
from interpreter.storage.paths import private_folder


def test_there_is_none_before_the_first_chat(paths):
    assert last_model(paths) is None


def test_the_latest_is_remembered(paths):
    remember_model(paths, "one")
    remember_model(paths, "ollama/qwen3-coder")
    assert last_model(paths) == "ollama/qwen3-coder"


def test_the_same_again_writes_nothing(paths):
    remember_model(paths, "one")
    before = (paths.data / "last_model").stat()
    remember_model(paths, "one")
    assert (paths.data / "last_model").stat() == before


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\x00"])
def test_a_damaged_file_names_none(paths, content):
    (private_folder(paths.data) / "last_model").write_bytes(content)
    assert last_model(paths) is None


def test_where_nothing_can_be_kept_nothing_is_named_and_keeping_fails_by_name(blocked):
    assert last_model(blocked) is None
    with pytest.raises(StorageFailed):
        remember_model(blocked, "one")
