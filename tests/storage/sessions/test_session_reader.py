"""A session can be read beside whoever holds it, and what cannot be read is named and left alone."""

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from interpreter.core.errors import StorageFailed
from interpreter.core.messages import CodeBlock, Execution, Image, Instruction, Reply
from interpreter.core.ports import Usage
from interpreter.storage.sessions import schema
from interpreter.storage.sessions.opening import FILE
from interpreter.storage.sessions.session_file import SessionFile
from interpreter.storage.sessions.session_reader import Mark, read_session

BLOCK = CodeBlock("python", "1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sessions" / "one"


def opened(folder: Path) -> SessionFile:
    return SessionFile(folder, clock=lambda: 12.5)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_session_is_read_while_another_holds_it_and_stays_as_it_was_at_that_moment(folder):
    with opened(folder) as writing:
        first = writing.add(Instruction("one"), parent=None)
        with read_session(folder) as reading:
            writing.add(Reply("later"), parent=first)
            assert [message.text for _, message in reading.path()] == ["one"]
            assert reading.summary().last == 1
        with read_session(folder) as reading:
            assert [message.text for _, message in reading.path()] == ["one", "later"]


def test_all_that_is_known_can_be_read(folder):
    with opened(folder) as session:
        first = session.add(Instruction("one"), parent=None)
        reply = session.add(Reply("x", BLOCK), parent=first)
        session.begin_run(BLOCK, reply=reply)
        session.add_usage(Usage(1, 2), message=reply, model="m", cost=0.5)
        taken_back = session.add(Execution(BLOCK, "ok"), parent=reply)
        session.end_turn("answered", message=taken_back)
        session.mark(first, good=False, why="no")
        session.mark(first, good=True, why="yes")
        session.move(reply)
    with read_session(folder) as session:
        assert [(row.number, row.parent, row.at) for row in session.everything()] == [
            (1, None, 12.5),
            (2, 1, 12.5),
            (3, 2, 12.5),
        ]
        assert session.marks() == {first: Mark(good=True, why="yes")}
        [usage], [ending], [run] = session.usage(), session.endings(), session.runs()
        assert (usage["message"], usage["cost"]) == (reply, 0.5)
        assert (ending["message"], ending["reason"]) == (taken_back, "answered")
        assert (run["reply"], run["block"], run["execution"]) == (reply, {"language": "python", "code": "1"}, 3)
        assert session.summary().turns == 1


def test_turns_that_were_taken_back_are_not_counted(folder):
    with opened(folder) as session:
        first = session.add(Instruction("one"), parent=None)
        session.add(Instruction("two"), parent=first)
        session.move(first)
        assert session.summary().turns == 1
        session.move(None)
        assert session.summary().turns == 0


def test_reading_changes_nothing_and_waits_for_nobody(folder):
    with opened(folder) as session:
        session.add(Instruction("one", (Image("image/png", "iVBORw0KGgo="),)), parent=None)
    before = snapshot(folder)
    with read_session(folder) as session:
        [(_, message)] = session.path()
        assert session.picture_file(message.images[0]).is_file()
    assert {name: data for name, data in snapshot(folder).items() if not name.endswith(("-shm", "-wal"))} == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_session_is_read_where_nothing_can_be_written(folder):
    with opened(folder) as session:
        session.add(Instruction("one"), parent=None)
    folder.chmod(0o500)
    try:
        with read_session(folder) as session:
            assert [message.text for _, message in session.path()] == ["one"]
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("content", [b"garbage" * 1_000, b"", None])
def test_what_is_no_session_is_named_and_kept(folder, content):
    folder.mkdir(parents=True)
    if content is not None:
        (folder / FILE).write_bytes(content)
    with pytest.raises(StorageFailed, match="The session one"):
        read_session(folder)
    assert (folder / FILE).read_bytes() == content if content is not None else not (folder / FILE).exists()


def test_a_newer_or_a_foreign_file_is_named(folder):
    opened(folder).close()
    with sqlite3.connect(folder / FILE) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(StorageFailed, match=r"one cannot be opened\. It was written by a newer version"):
        read_session(folder)
    with sqlite3.connect(folder / FILE) as database:
        database.execute("PRAGMA application_id = 7")
    with pytest.raises(StorageFailed, match="not a session of this program"):
        read_session(folder)


def test_a_link_is_not_followed(folder, tmp_path):
    opened(folder).close()
    shutil.move(folder, tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageFailed, match="link"):
        read_session(folder)


def test_a_file_of_an_older_version_is_read_and_left_as_it_is(folder, monkeypatch):
    with opened(folder) as session:
        session.add(Instruction("one"), parent=None)
    before = (folder / FILE).read_bytes()
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE more (x);"))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with read_session(folder) as session:
        assert [message.text for _, message in session.path()] == ["one"]
    assert (folder / FILE).read_bytes() == before
