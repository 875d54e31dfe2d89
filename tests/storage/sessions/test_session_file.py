"""A session on disk gives back what was kept, whatever happened in between."""

import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from interpreter.core.errors import StorageFailed
from interpreter.core.messages import (
    CodeBlock,
    Display,
    Execution,
    Failure,
    Image,
    Instruction,
    Reply,
    Spool,
    Text,
    Variable,
)
from interpreter.core.ports import Usage
from interpreter.storage.sessions.lock import SessionHeld
from interpreter.storage.sessions.session_file import FILE, SessionFile

BLOCK = CodeBlock("python", "print('a')\nx = '\ud800\x00'")
PNG = "iVBORw0KGgo="
TURN = (
    Instruction("do it \u202e", (Image("image/png", PNG),)),
    Reply("```python\nprint('a')\n```", BLOCK, "hm", {"id": "call_1"}),
    Execution(
        BLOCK,
        "failed",
        (
            Text("a\n", "stderr", 7),
            Display({"image/png": PNG, "text/plain": "<Figure>"}, {"width": 3}, "id"),
            Display({"application/json": {"kept_picture": ["no", 1.5, None]}}),
            Failure("ValueError", "no", "Traceback: no"),
        ),
        0.5,
        "a note",
        (Variable("x", "str", "2 items", "'…'"),),
        Spool("/tmp/1.txt", 10, 2),
        edited=True,
    ),
    Reply("Done."),
)


def opened(folder: Path, **more) -> SessionFile:
    return SessionFile(folder, clock=lambda: 12.5, **more)


def keep(session: SessionFile, *messages) -> list[int]:
    numbers: list[int] = []
    for message in messages:
        numbers.append(session.add(message, parent=numbers[-1] if numbers else session.head))
    return numbers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sessions" / "one"


def test_messages_of_every_kind_come_back_equal(folder):
    with opened(folder) as session:
        keep(session, *TURN)
    with opened(folder) as session:
        assert [message for _, message in session.path()] == list(TURN)


def test_what_is_taken_back_stays_beside_the_conversation(folder):
    with opened(folder) as session:
        first, second, *_ = keep(session, Instruction("one"), Reply("1"), Instruction("two"), Reply("2"))
        session.move(second)
        keep(session, Instruction("three"))
        assert [message.text for _, message in session.path()] == ["one", "1", "three"]
        session.move(None)
        assert session.path() == [] and session.head is None
        session.move(first + 3)
        assert [message.text for _, message in session.path()] == ["one", "1", "two", "2"]


def test_a_block_without_an_end_may_have_run(folder):
    with opened(folder) as session:
        _, reply = keep(session, Instruction("go"), Reply("x", BLOCK))
        session.begin_run(BLOCK, reply=reply)
        assert [each.block.language for each in session.unfinished()] == ["python"]
        session.add(Execution(BLOCK, "ok"), parent=reply)
        assert session.unfinished() == []


def test_secrets_are_masked_wherever_they_stand_and_their_block_is_marked(folder):
    secret = CodeBlock("python", "key = 'sk-123'")
    with opened(folder, redact=lambda text: text.replace("sk-123", "[secret]")) as session:
        _, reply = keep(session, Instruction("use sk-123"), Reply("sk-123", secret))
        session.begin_run(secret, reply=reply)
        session.add(Execution(secret, "ok", (Text("sk-123"), Display({"text/plain": "sk-123"}))), parent=reply)
        session.describe(title="sk-123")
        session.add_usage(Usage(1, 2), message=reply, model="m", cost=None)
        session.end_turn("answered", message=reply)
    with sqlite3.connect(folder / FILE) as database:
        assert "[secret]" in database.execute("SELECT block FROM runs").fetchone()[0]
        assert '"masked": true' in database.execute("SELECT form FROM messages WHERE kind = 'execution'").fetchone()[0]
        dump = "\n".join(database.iterdump())
    assert "sk-123" not in dump
    assert not any(b"sk-123" in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_files_are_private_whatever_the_umask(folder, open_umask):
    with opened(folder) as session:
        keep(session, *TURN)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}
    assert {mode for name, mode in modes.items() if name in ("one", "pictures")} == {0o700}
    assert {mode for name, mode in modes.items() if name not in ("one", "pictures")} == {0o600}


def test_the_second_program_is_told_who_holds_a_session(folder):
    held = (
        "import sys, time; from pathlib import Path; from interpreter.storage.sessions.session_file import SessionFile;"
    )
    held += "s = SessionFile(Path(sys.argv[1]), clock=time.time); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", held, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout and other.stdout.readline() == "held\n"
        with pytest.raises(SessionHeld, match=f"one is held by the program with process number {other.pid}"):
            opened(folder)
        other.kill()
        other.wait()
    opened(folder).close()


@pytest.mark.parametrize("content", [b"not a database", b"", b"SQLite format 3\x00" + b"\xff" * 5_000])
def test_a_damaged_file_is_named_and_kept(folder, content):
    opened(folder).close()
    for path in folder.glob(f"{FILE}*"):
        path.unlink()
    (folder / FILE).write_bytes(content)
    if not content:
        opened(folder).close()
        return
    with pytest.raises(StorageFailed, match="The session one is damaged") as caught:
        opened(folder)
    assert str(folder / FILE) in caught.value.hint
    assert (folder / FILE).read_bytes() == content


def test_a_file_of_another_program_or_a_newer_version_is_named_and_kept(folder, tmp_path):
    opened(folder).close()
    with sqlite3.connect(folder / FILE) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(StorageFailed, match=r"one cannot be opened\. It was written by a newer version"):
        opened(folder)
    foreign = tmp_path / "sessions" / "two"
    foreign.mkdir()
    with sqlite3.connect(foreign / FILE) as database:
        database.execute("CREATE TABLE theirs (x)")
    with pytest.raises(StorageFailed, match="not a session of this program"):
        opened(foreign)
    with sqlite3.connect(foreign / FILE) as database:
        assert database.execute("SELECT name FROM sqlite_schema").fetchall() == [("theirs",)]


@pytest.mark.parametrize("link", ["folder", "file", "pictures"])
def test_a_link_in_the_place_of_a_session_is_refused(folder, tmp_path, link):
    opened(folder).close()
    if link == "folder":
        folder.rename(tmp_path / "elsewhere")
        folder.symlink_to(tmp_path / "elsewhere")
    elif link == "file":
        (folder / FILE).rename(tmp_path / "elsewhere")
        (folder / FILE).symlink_to(tmp_path / "elsewhere")
    else:
        (folder / "pictures").symlink_to(tmp_path)
    with pytest.raises(StorageFailed, match="link"):
        opened(folder)


def test_a_message_that_was_changed_by_hand_is_named(folder):
    with opened(folder) as session:
        keep(session, Instruction("one"))
    with sqlite3.connect(folder / FILE) as database:
        database.execute('UPDATE messages SET form = \'{"kind": "song"}\'')
    with opened(folder) as session, pytest.raises(StorageFailed, match="message 1 cannot be read"):
        session.path()


def test_a_name_of_a_picture_that_leads_elsewhere_reads_nothing(folder, tmp_path):
    (tmp_path / "secret.png").write_bytes(b"secret")
    with opened(folder) as session:
        keep(session, Instruction("one", (Image("image/png", PNG),)))
        form = (
            '{"kind": "instruction", "text": "one", "images": [{"mime": "image/png", "data": "../../../secret.png"}]}'
        )
        session._database.execute("UPDATE messages SET form = ?", (form,))
        [(_, message)] = session.path()
        assert message == Instruction("one", (Image("image/png", ""),))


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed, match=r"cannot be (made|read)"):
        opened(tmp_path / "file" / "one")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
