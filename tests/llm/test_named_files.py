"""What is told of the files that an instruction names."""

import os
import sqlite3
import sys
from contextlib import closing

import pytest

from interpreter.core.messages import Instruction
from interpreter.llm.named_files import FIRST, LINES, NAMES, NamedFiles, beginnings
from interpreter.llm.sqlite_tables import COLUMNS, MOST


def test_a_file_is_told_by_its_first_lines_and_how_it_is_read(tmp_path):
    (tmp_path / "sales.csv").write_text("name,units\n" + "".join(f"n{i},{i}\n" for i in range(50)))
    (told,) = beginnings(tmp_path, "Add up the units in sales.csv, please.")
    assert told.startswith("First lines of the file sales.csv (csv.DictReader")
    assert told.endswith("name,units\nn0,0\nn1,1\nn2,2\nn3,3\n…")
    assert told.count("\n") == LINES + 1


def test_a_short_file_is_told_whole_and_a_long_line_is_cut(tmp_path):
    (tmp_path / "a.txt").write_text("one\ntwo\n")
    (tmp_path / "b.txt").write_text("x" * 10_000)
    short, long = beginnings(tmp_path, "Compare a.txt with b.txt")
    assert short.endswith(":\none\ntwo")
    assert long.endswith(":\n" + "x" * FIRST + "\n…")


def test_another_spelling_of_the_name_is_found_and_where_none_is_the_folder_is_told(tmp_path):
    (tmp_path / "Minutes.TXT").write_text("1\n")
    assert beginnings(tmp_path, "How long is minutes.txt?")[0].startswith("The name is Minutes.TXT, not minutes.txt.")
    assert beginnings(tmp_path, "How long is notes.txt?") == ["The folder has: Minutes.TXT"]


def test_an_encoding_that_is_not_utf_8_is_said(tmp_path):
    (tmp_path / "a.csv").write_bytes("Köln\n".encode("latin-1"))
    (tmp_path / "b.csv").write_bytes(b"\xef\xbb\xbf" + ("é" * 5_000).encode())
    latin, utf = beginnings(tmp_path, "a.csv b.csv")
    assert "encoding='latin-1'" in latin and "Köln" in latin
    assert "encoding" not in utf and "\ufeff" not in utf


def test_folders_binary_and_empty_files_are_told_in_a_word(tmp_path):
    (tmp_path / "photos").mkdir()
    for number in range(NAMES + 3):
        (tmp_path / "photos" / f"{number:02}.jpg").write_bytes(b"")
    (tmp_path / "shop.db").write_bytes(b"SQLite\0")
    (tmp_path / "none.txt").write_bytes(b"")
    told = beginnings(tmp_path, "Put photos into shop.db and none.txt")
    assert told[0].startswith("The folder photos has: 00.jpg, 01.jpg") and told[0].endswith(" and 3 more")
    assert told[1:] == ["shop.db is not a text file.", "none.txt is empty."]


@pytest.mark.parametrize(
    "text", ["What is 2 + 2?", "", "../secret.txt", "photos/../../etc/passwd", "e.g. 3.7 percent", "..."]
)
def test_nothing_is_told_where_nothing_is_named(tmp_path, text):
    (tmp_path / "photos").mkdir()
    (tmp_path.parent / "secret.txt").write_text("secret")
    assert not any("secret" in told or "root" in told for told in beginnings(tmp_path, text))
    assert beginnings(tmp_path / "gone", text) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
def test_what_is_no_file_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert beginnings(tmp_path, "Read pipe.txt") == []


def test_an_instruction_is_looked_at_once(tmp_path):
    files, instruction = NamedFiles(tmp_path), Instruction("Read a.txt")
    (tmp_path / "a.txt").write_text("before")
    told = files.told(0, instruction)
    (tmp_path / "a.txt").write_text("after")
    assert files.told(0, instruction) is told and "before" in told.text
    assert "after" in files.told(4, instruction).text


def test_a_database_is_told_by_its_tables_and_is_not_touched(tmp_path):
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE 'big orders' (id INTEGER, amount INTEGER)")
        database.execute(f"CREATE TABLE wide ({', '.join(f'c{n}' for n in range(COLUMNS + 5))})")
        database.commit()
    before = path.read_bytes()
    (told,) = beginnings(tmp_path, "What is in shop.db?")
    assert told.startswith("shop.db is a SQLite database with the tables big orders (id, amount), wide (c0, c1, ")
    assert told.endswith(f"c{COLUMNS - 1}, …).")
    assert path.read_bytes() == before and sorted(entry.name for entry in tmp_path.iterdir()) == ["shop.db"]


def test_a_database_that_is_damaged_empty_or_large_is_told_shortly(tmp_path):
    (tmp_path / "bad.db").write_bytes(b"SQLite format 3\0" + b"x" * 5_000)
    with closing(sqlite3.connect(tmp_path / "none.db")) as database:
        database.executescript("CREATE TABLE a (b); DROP TABLE a;")
    with closing(sqlite3.connect(tmp_path / "many.db")) as database:
        database.executescript("".join(f"CREATE TABLE t{n} (a);" for n in range(MOST + 1)))
    assert beginnings(tmp_path, "bad.db none.db many.db") == [
        "bad.db is a SQLite database.",
        "none.db has no tables.",
        f"many.db is a SQLite database with the tables {', '.join(f't{n} (a)' for n in range(MOST))} and more.",
    ]


def test_the_name_that_a_file_really_has_is_found_if_there_is_one(tmp_path):
    (tmp_path / "sub").mkdir()
    for name in ("Minutes.TXT", "a-b.txt", "a_b.txt", "sub/Tax report.csv"):
        (tmp_path / name).write_text("1")
    spelled = NamedFiles(tmp_path).spelled
    assert spelled("minutes.txt") == "Minutes.TXT" and spelled("sub/tax_report.csv") == "sub/Tax report.csv"
    assert spelled(str(tmp_path / "minutes.txt")) == str(tmp_path / "Minutes.TXT")
    assert [spelled(name) for name in ("ab.txt", "Minutes.TXT", "gone.txt", "no/x.txt", "../x.txt", "")] == [None] * 6
