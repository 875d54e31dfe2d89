"""Several programs at once on one session, on one folder of sessions, and on one index."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from interpreter.core.errors import StorageFailed, WrongUsage
from interpreter.core.messages import Instruction, Reply
from interpreter.storage.sessions.lock import SessionHeld
from interpreter.storage.sessions.sessions import Sessions

PROGRAMS = 4
PATIENCE = 120
"""Seconds until they are taken for hanging."""

barrier: "threading.Barrier"


def meets(where: "threading.Barrier") -> None:
    global barrier
    barrier = where


@dataclass
class Programs:
    """So many processes, which begin what they are given at the same moment."""

    pool: ProcessPoolExecutor

    def all(self, *work: Callable, of: tuple = ()) -> list:
        assert len(work) == PROGRAMS
        given: list[Future] = [self.pool.submit(at_once, each, *of) for each in work]
        return [each.result(PATIENCE) for each in given]


@pytest.fixture(scope="module")
def programs() -> Iterator[Programs]:
    context = multiprocessing.get_context("forkserver")
    where = context.Barrier(PROGRAMS)
    with ProcessPoolExecutor(PROGRAMS, mp_context=context, initializer=meets, initargs=(where,)) as pool:
        yield Programs(pool)


def at_once(work: Callable, *of):
    barrier.wait(PATIENCE)
    return work(*of)


def talk(folder: Path, text: str) -> str:
    with Sessions(folder).new() as session:
        session.describe(title=text)
        first = session.add(Instruction(text), parent=None)
        session.add(Reply("a reply", None), parent=first)
        return session.name


def resumes(folder: Path, name: str) -> bool:
    """Whether it got the session; whoever has it keeps it until all have tried."""
    try:
        with Sessions(folder).open(name) as session:
            session.add(Instruction("mine"), parent=session.head)
            barrier.wait(PATIENCE)
            return True
    except SessionHeld:
        barrier.wait(PATIENCE)
        return False


def test_of_several_that_resume_a_session_at_once_one_gets_it_and_the_others_are_told(programs, tmp_path):
    name = talk(tmp_path / "s", "one")
    for number in range(1, 6):
        got = programs.all(*[resumes] * PROGRAMS, of=(tmp_path / "s", name))
        assert sorted(got) == [False] * (PROGRAMS - 1) + [True]
        with Sessions(tmp_path / "s").read(name) as session:
            assert [each.text for _, each in session.path()] == ["one", "a reply", *["mine"] * number]


def indexes(folder: Path) -> set[str]:
    index = Sessions(folder).index
    names = {each.name for each in index.sessions()}
    assert {each.session.name for each in index.search("zucchini", most=1_000)} == names
    return names


@pytest.mark.parametrize("damage", ["lost", "garbage", "another version", "a page", "a link"])
def test_an_index_that_several_make_anew_at_once_is_whole_for_all_of_them(programs, tmp_path, damage):
    folder = tmp_path / "s"
    names = {talk(folder, f"zucchini {number}") for number in range(60)}
    for _ in range(2):
        damaged(folder / "index.sqlite3", damage)
        assert programs.all(*[indexes] * PROGRAMS, of=(folder,)) == [names] * PROGRAMS
    assert indexes(folder) == names and Sessions(folder).index.count() == 60


def damaged(file: Path, how: str) -> None:
    for path in file.parent.glob(f"{file.name}*"):
        if how != "a page" or path != file:
            path.unlink()
    match how:
        case "garbage":
            file.write_bytes(b"garbage" * 1_000)
        case "another version":
            import sqlite3

            with sqlite3.connect(file) as database:
                database.executescript("CREATE TABLE sessions (x); PRAGMA user_version = 1;")
        case "a page" if file.exists():
            data = bytearray(file.read_bytes())
            data[4096 * 2 : 4096 * 4] = b"\xa5" * 8192
            file.write_bytes(bytes(data))
        case "a link":
            file.symlink_to(file.parent / "nowhere")


def writes(folder: Path) -> int:
    """Sessions that were begun and written to, some for a while; each was there to its end."""
    for number in range(15):
        with Sessions(folder).new() as session:
            parent = None
            for part in range(10):
                parent = session.add(Instruction(f"zucchini {number} {part}"), parent=parent)
            assert len(session.path()) == 10
    return 0


def deletes(folder: Path) -> int:
    """How many it deleted, whatever others were doing with them."""
    gone = 0
    for _ in range(20):
        names = [each.name for each in Sessions(folder).index.sessions()][::2]
        problems = Sessions(folder).delete(*names)
        assert all(isinstance(each, SessionHeld) or "No such file" in str(each) for each in problems), problems
        gone += len(names) - len(problems)
    return gone


def copies(folder: Path) -> int:
    for _ in range(10):
        try:
            name = Sessions(folder).copy("latest")
            with Sessions(folder).open(name) as session:
                session.add(Reply("mine"), parent=session.head)
        except (StorageFailed, WrongUsage):
            # Somebody has just deleted it, or has it.
            continue
    return 0


def lists(folder: Path) -> int:
    for _ in range(20):
        index = Sessions(folder).index
        index.sessions()
        index.search("zucchini")
    return 0


def test_deleting_copying_listing_and_writing_at_once_leaves_whole_sessions_and_a_whole_index(programs, tmp_path):
    folder = tmp_path / "s"
    for number in range(20):
        talk(folder, f"zucchini {number}")
    gone = programs.all(writes, deletes, copies, lists, of=(folder,))
    print(f"{gone[1]} were deleted meanwhile")
    sessions = Sessions(folder)
    names = {each.name for each in sessions.index.sessions()}
    assert gone[1] > 0 and sessions.index.unread() == []
    for name in names:
        with sessions.read(name) as session:
            assert session.everything()
    assert sessions.delete(*names) == [] and sessions.index.sessions() == []
    assert not any(b"zucchini" in path.read_bytes() for path in folder.rglob("*") if path.is_file())
