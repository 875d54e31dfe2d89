"""kill -9 at random moments: what was shown is there, what may have run is told, nothing is unreadable."""

import multiprocessing
import os
import random
import sqlite3
import time
from pathlib import Path

import pytest

from interpreter.core.messages import Execution, Instruction
from interpreter.session_in_use import LATEST
from interpreter.storage.sessions.sessions import Sessions
from tests.storage.sessions.lives import Journal, digest, live, read_journal, session_in, turn

KILLS = 200
LIVES = 10
"""Of one home: then the next one begins."""

MOST_LINES, LONGEST = 40, 0.02
"""How far a life gets at most: lines of its journal, which are some six turns, and seconds from there on."""


@pytest.fixture(scope="module")
def lives():
    """Processes that have imported everything: what is killed is the conversation, not Python's start."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.storage.sessions.lives", "interpreter.storage.sessions.sessions"])
    return context


def kill(lives, folder: Path, seed: int, lines: int, seconds: float) -> Journal:
    """A life that ends so many seconds after it has noted so many lines, and what it had done until then."""
    journal = folder / "journal"
    before = journal.stat().st_size if journal.exists() else 0
    process = lives.Process(target=live, args=(folder, seed))
    process.start()
    until = time.monotonic() + 60
    while len(read_journal(folder, before).lines) < lines:
        assert process.is_alive() and time.monotonic() < until
        time.sleep(0.001)
    time.sleep(seconds)
    process.kill()
    process.join()
    assert process.exitcode == -9
    return read_journal(folder, before)


def test_after_a_kill_at_200_random_moments_every_session_is_whole_and_goes_on(lives, tmp_path):
    seed = random.SystemRandom().getrandbits(32)
    chance = random.Random(seed)
    began, shown, may_have_run = time.monotonic(), 0, 0
    for number in range(KILLS):
        folder = tmp_path / f"{number // LIVES}"
        folder.mkdir(exist_ok=True)
        # Many of them die young: where a session is made.
        lines, seconds = 1 + int(chance.random() ** 2 * MOST_LINES), chance.random() * LONGEST
        print(f"seed {seed}, life {number} of {folder.name}: killed {seconds:.4f} seconds after line {lines}")
        journal = kill(lives, folder, seed + number, lines, seconds)
        unfinished = check(folder, journal)
        shown, may_have_run = shown + len(journal.shown), may_have_run + len(unfinished)
        if number % LIVES == LIVES - 1:
            check_that_it_goes_on(folder, seed)
    print(f"{KILLS} kills in {time.monotonic() - began:.0f} seconds: {shown} messages, {may_have_run} may have run")
    assert shown > KILLS and may_have_run > 0


def check(folder: Path, journal: Journal) -> set[str]:
    """All that was shown is kept, all that ran was known before; returns the code of which no end is known."""
    sessions = Sessions(folder / "data" / "sessions")
    kept: set[str] = set()
    begun: dict[str, bool] = {}
    for file in sessions.folder.glob("*/session.sqlite3"):
        with sqlite3.connect(file) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    for name in (each.name for each in sessions.index.sessions()):
        with sessions.read(name) as session:
            everything = session.everything()
            kept |= {digest(each.message) for each in everything}
            assert all(image.data for each in everything for image in getattr(each.message, "images", ()))
            numbers = {each.number: each.message for each in everything}
            for run in session.runs():
                code, end = run["block"]["code"].strip(), numbers.get(run["execution"])
                assert end is None or (isinstance(end, Execution) and end.block.code.strip() == code)
                begun[code] = begun.get(code, False) or end is not None
            unfinished = {each.block.code.strip() for each in session.unfinished()}
            assert not unfinished & set(journal.ended)
    assert sessions.index.unread() == []
    assert set(journal.shown) <= kept
    assert set(journal.ran) <= set(begun)
    assert all(begun[code] for code in journal.ended)
    return {code for code in journal.ran if not begun[code]}


def check_that_it_goes_on(folder: Path, seed: int) -> None:
    """As `--continue` does: the history is there, and one turn more; what may have run is told and not run again."""
    journal = os.open(folder / "after", os.O_WRONLY | os.O_CREAT)
    with session_in(folder, journal, seed) as (agent, session):
        taken = session.take_up(LATEST)
        assert read_after(folder) == []
        told = [each.block.code.strip() for each in taken.may_have_run]
        before = len(agent.conversation.messages)
        turn(agent, session, journal, "go on")
        assert all(code in agent.conversation.messages[before].text for code in told)
    os.close(journal)
    with Sessions(folder / "data" / "sessions").read(taken.name) as kept:
        assert len(kept.path()) > before


def read_after(folder: Path) -> list[str]:
    return (folder / "after").read_text().splitlines()


def index_forever(folder: Path) -> None:
    """Make the index anew, again and again."""
    sessions = Sessions(folder)
    while True:
        for path in folder.glob("index.sqlite3*"):
            path.unlink(missing_ok=True)
        sessions.index.sessions()


def test_after_a_kill_at_random_moments_the_index_has_every_session(lives, tmp_path):
    seed = random.SystemRandom().getrandbits(32)
    chance = random.Random(seed)
    (tmp_path / "home").mkdir()
    with session_in(tmp_path / "home", os.open(os.devnull, os.O_WRONLY), seed) as (_, session):
        for number in range(30):
            list(session.run(Instruction(f"zucchini {number}")))
            session.fork()
    sessions = Sessions(tmp_path / "home" / "data" / "sessions")
    names = {each.name for each in sessions.index.sessions()}
    assert len(names) == 31
    for number in range(20):
        seconds = chance.random() * 0.2
        print(f"seed {seed}, {number}: killed after {seconds:.4f} seconds")
        process = lives.Process(target=index_forever, args=(sessions.folder,))
        process.start()
        time.sleep(0.05 + seconds)
        process.kill()
        process.join()
        assert {each.name for each in sessions.index.sessions()} == names
        assert {each.session.name for each in sessions.index.search("zucchini", most=100)} == names
