"""Picture files, and those that words name."""

import os
from pathlib import Path

import pytest

from interpreter.core.errors import WrongUsage
from interpreter.pictures.files import MOST, named_pictures, read_image
from tests.pictures.made import data_of, halves, opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("plot.png", "my photo.JPG", "b.webp", "notes.txt"):
        (tmp_path / name).write_bytes(data_of(halves((40, 30))))
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("describe plot.png", ["plot.png"]),
        ("describe plot.png, please.", ["plot.png"]),
        ("What is in `plot.png`? And (b.webp)?", ["plot.png", "b.webp"]),
        ("compare 'my photo.JPG' with plot.png and plot.png", ["my photo.JPG", "plot.png"]),
        ("describe ./plot.png", ["plot.png"]),
        ("what's in plot.png that isn't in b.webp?", ["plot.png", "b.webp"]),
        ("write a plot to new.png", []),
        ("describe notes.txt, pipe.png and folder.png", []),
        ("plot.pngs and .png and " + "x" * 5000 + ".png", []),
        ("see http://example.com/plot.png", []),
        ("nul\0.png ~nobody-at-all/a.png", []),
    ],
)
def test_words_name_the_picture_files_that_are_there(folder, text, names):
    assert [path.name for path in named_pictures(text, folder)] == names


def test_a_whole_path_and_one_from_home_are_found(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder))
    assert named_pictures(f"see {folder}/plot.png and ~/b.webp", Path("/")) == (folder / "plot.png", folder / "b.webp")


def test_not_a_whole_folder_of_pictures_is_sent(folder):
    for number in range(20):
        (folder / f"{number}.png").touch()
    assert len(named_pictures(" ".join(f"{number}.png" for number in range(20)), folder)) == MOST


def test_a_file_is_read_by_what_it_is_and_not_by_its_name(folder):
    assert read_image(folder / "notes.txt").mime == read_image(folder / "my photo.JPG").mime == "image/png"


def test_a_large_file_is_made_smaller_as_it_is_read(folder):
    (folder / "large.png").write_bytes(data_of(halves((3000, 1000))))
    assert opened(read_image(folder / "large.png")).width == 1568


@pytest.mark.parametrize(("name", "said"), [("none.png", "cannot be read"), ("folder.png", "cannot be read")])
def test_a_file_that_cannot_be_read_is_wrong_usage(folder, name, said):
    with pytest.raises(WrongUsage, match=said):
        read_image(folder / name)


def test_a_file_that_is_no_picture_is_wrong_usage(folder):
    (folder / "text.png").write_text("hello")
    with pytest.raises(WrongUsage, match="not a PNG, JPEG, GIF or WebP"):
        read_image(folder / "text.png")
    with pytest.raises(WrongUsage):
        read_image(Path("nul\0.png"))
