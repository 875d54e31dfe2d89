"""A disk that is full: it is said once, the conversation goes on, and nothing that was kept is damaged."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from interpreter.core.errors import StorageFailed
from interpreter.core.events import Notice, TurnEnded
from interpreter.core.messages import Image, Instruction, Reply
from interpreter.session_in_use import LATEST
from interpreter.storage.sessions.opening import FILE
from interpreter.storage.sessions.sessions import Sessions
from tests.scripted_server import Says, ScriptedServer
from tests.small_disk import disk, fill, make_room
from tests.storage.sessions.lives import session_in
from tests.terminal.person import Person
from tests.test_cli import at, code, run

__all__ = ["disk"]

DEVNULL = os.open(os.devnull, os.O_WRONLY)
NOT_KEPT = "This conversation is not kept from here on"


def is_sound(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as database:
        return database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def talks(session, turns: int) -> list[str]:
    """What is said of what is not kept in so many turns, each of which comes to its end."""
    said = []
    for number in range(turns):
        events = list(session.run(Instruction(f"zucchini {number}")))
        assert isinstance(events[-1], TurnEnded) and events[-1].reason in ("answered", "step_limit")
        said += [event.text for event in events if isinstance(event, Notice) and "not kept" in event.text]
    return said


@pytest.mark.parametrize("seed", range(5))
def test_a_disk_that_fills_while_one_talks_is_said_once_and_what_was_kept_stays(disk, seed):
    with session_in(disk, DEVNULL, seed) as (agent, session):
        (said, *more) = talks(session, 40)
        name = session.name
        everything = agent.conversation.messages
    assert not more and said.startswith(NOT_KEPT) and ("full" in said or "No space" in said)
    fill(disk)
    sessions = Sessions(disk / "data" / "sessions")
    with sessions.read(name) as kept:
        path = [message.text for _, message in kept.path()]
    assert path and path == [message.text for message in everything[: len(path)]]
    assert is_sound(sessions.folder / name / FILE)
    make_room(disk)
    for other in sessions.folder.glob("*/pictures/*"):
        other.unlink()
    with session_in(disk, DEVNULL, seed) as (agent, session):
        session.take_up(LATEST)
        assert len(agent.conversation.messages) == len(path)


def test_a_disk_that_fills_within_a_transaction_takes_back_that_and_nothing_else(disk):
    sessions = Sessions(disk / "sessions")
    with sessions.new() as session:
        kept = [session.add(Instruction("one"), parent=None)]
        fill(disk)
        failed = 0
        for pages in range(0, 120, 3):
            make_room(disk)
            fill(disk, leaves=4096 * pages)
            try:
                kept.append(session.add(Reply("long " * 10_000), parent=kept[-1]))
            except StorageFailed as error:
                failed += 1
                assert "full" in str(error) and error.hint
            assert [number for number, _ in session.path()] == kept and session.head == kept[-1]
            assert is_sound(session.folder / FILE)
        make_room(disk)
        kept.append(session.add(Reply("short"), parent=kept[-1]))
    assert failed and len(kept) > 2
    with sessions.read("latest") as session:
        assert [number for number, _ in session.path()] == kept


def test_a_picture_for_which_there_is_no_room_leaves_nothing_half_written(disk):
    import base64

    with Sessions(disk / "sessions").new() as session:
        first = session.add(Instruction("one"), parent=None)
        fill(disk, leaves=100_000)
        picture = Image("image/png", base64.b64encode(os.urandom(1_000_000)).decode())
        with pytest.raises(StorageFailed):
            session.add(Instruction("two", (picture,)), parent=first)
        assert list((session.folder / "pictures").iterdir()) == []
        assert [number for number, _ in session.path()] == [first]


def test_a_disk_that_is_full_at_the_start_is_said_once_and_leaves_no_session(disk):
    (disk / "data").mkdir(mode=0o700)
    fill(disk)
    with session_in(disk, DEVNULL, 1) as (_, session):
        (said,) = talks(session, 3)
    assert said.startswith(NOT_KEPT)
    make_room(disk)
    sessions = Sessions(disk / "data" / "sessions")
    assert sessions.index.sessions() == [] and sessions.index.unread() == []


def test_on_a_full_disk_sessions_are_read_and_deleted(disk):
    sessions = Sessions(disk / "sessions")
    with sessions.new() as session:
        session.add(Instruction("zucchini"), parent=None)
        name = session.name
    assert sessions.index.sessions()
    fill(disk)
    with sessions.read(name) as session:
        assert [message.text for _, message in session.path()] == ["zucchini"]
    assert [each.name for each in sessions.index.sessions()] == [name]
    # The words in the index may need more room than there is.
    with suppress(StorageFailed):
        sessions.delete(name)
    assert not (sessions.folder / name).exists()
    make_room(disk)
    assert sessions.index.sessions() == [] and sessions.index.unread() == []


SUM, DONE = code("x = 6 * 7", "print(x)"), Says("All done.")


def test_the_program_answers_with_a_full_home_and_says_so_once(disk, monkeypatch):
    monkeypatch.setenv("INTERPRETER_HOME", str(disk / "home"))
    fill(disk)
    with ScriptedServer(SUM, DONE) as server:
        done = run(*at(server), "-y", "--sandbox", "none", "go")
    assert done.returncode == 0 and done.stdout.endswith("All done.\n") and "Traceback" not in done.stderr
    assert done.stderr.count("not kept") == 1


def test_a_chat_goes_on_with_a_disk_that_fills_and_says_so_once(disk, monkeypatch, tmp_path):
    monkeypatch.setenv("INTERPRETER_HOME", str(disk / "home"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    with ScriptedServer(DONE) as server, Person("--model", "test", "--api-base", server.url) as person:
        person.says("one").sees("All done.").sees_prompt()
        fill(disk)
        for text in ("two", "three", "four"):
            person.types(f"{text}\r").sees("All done.").sees_prompt()
        person.presses_ctrl("d")
        assert person.exit_code() == 0
        said = " ".join(person.screen.split())
    print(said)
    assert said.count(NOT_KEPT) == 1 and said.count("What you type is not kept") <= 1 and "Traceback" not in said
    with Sessions(disk / "home" / "data" / "sessions").read("latest") as session:
        assert [message.text for _, message in session.path()] == ["one", "All done."]
