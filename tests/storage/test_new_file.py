import pytest

from interpreter.core.errors import StorageFailed
from interpreter.storage.new_file import new_file


def test_what_is_there_is_never_overwritten(tmp_path, open_umask):
    wanted = tmp_path / "session.ipynb"
    for _ in range(3):
        with new_file(wanted) as path:
            path.write_text("new")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with new_file(tmp_path / "link") as path:
        assert path.name == "link-2"
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "link",
        "link-2",
        "session-2.ipynb",
        "session-3.ipynb",
        "session.ipynb",
    ]
    assert wanted.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyError("bug"), KeyboardInterrupt()])
def test_a_file_that_was_not_written_does_not_stay(tmp_path, error):
    with pytest.raises(StorageFailed if isinstance(error, OSError) else type(error)), new_file(tmp_path / "a") as path:
        path.write_text("half")
        raise error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["nowhere/a.md", "file/a.md", "n" * 300, "a\0b"])
def test_a_place_that_cannot_be_is_said(tmp_path, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed) as raised, new_file(tmp_path / name):
        pass
    assert raised.value.hint
