"""What a small model is shown of the files that an instruction names."""

from pathlib import Path

import pytest

from interpreter.core.messages import Instruction
from interpreter.llm.previews import Previews


def shown(folder: Path, text: str) -> str:
    return Previews(folder).added_to(Instruction(text)).text.removeprefix(text).strip()


def test_the_first_lines_of_a_named_file_are_added(tmp_path):
    (tmp_path / "sales.csv").write_text("month,revenue\nmay,3\njune,4\njuly,5\n")
    assert shown(tmp_path, "Add up sales.csv.") == "sales.csv begins:\nmonth,revenue\nmay,3\njune,4"


def test_a_file_whose_name_differs_by_case_is_named_as_it_is(tmp_path):
    (tmp_path / "Minutes.TXT").write_text("hello\n")
    told = shown(tmp_path, "Read minutes.txt")
    assert told.startswith("minutes.txt does not exist, but Minutes.TXT does. Minutes.TXT begins:")


def test_another_encoding_is_named(tmp_path):
    (tmp_path / "a.csv").write_bytes("Köln,3\nBonn,4\n".encode("latin-1"))
    assert "encoding='latin-1'" in shown(tmp_path, "count a.csv") and "Köln" in shown(tmp_path, "count a.csv")


def test_binary_files_and_long_lines_are_cut_short(tmp_path):
    (tmp_path / "a.db").write_bytes(b"SQLite\0" * 100)
    (tmp_path / "b.txt").write_text("ü" * 10_000)
    assert shown(tmp_path, "open a.db") == "a.db is a binary file."
    assert len(shown(tmp_path, "open b.txt")) < 200


@pytest.mark.parametrize(
    "text", ["Add 3.5 and 4.7", "Look at example.com", "nothing", "read missing.csv", "../../etc.conf"]
)
def test_what_is_no_file_of_the_folder_adds_nothing(tmp_path, text):
    assert shown(tmp_path, text) == ""


def test_files_outside_the_folder_are_not_looked_at(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "secret.txt")
    for name in ("../secret.txt", str(tmp_path / "secret.txt"), "link.txt"):
        assert shown(tmp_path / "in", f"read {name}") == ""


def test_an_instruction_is_looked_at_once_so_that_the_prompt_stays_the_same(tmp_path):
    previews, instruction = Previews(tmp_path), Instruction("read a.txt")
    (tmp_path / "a.txt").write_text("one")
    first = previews.added_to(instruction)
    (tmp_path / "a.txt").write_text("two")
    assert previews.added_to(instruction) == first
