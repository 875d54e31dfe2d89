"""Sessions are listed and found, whatever became of the index."""

from pathlib import Path

import pytest

from interpreter.core.errors import WrongUsage
from interpreter.core.messages import CodeBlock, Execution, Instruction, Reply, Text
from interpreter.storage.sessions.lock import SessionHeld
from interpreter.storage.sessions.sessions import Sessions

BLOCK = CodeBlock("python", "total = prices.sum()")


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    times = iter(range(1_000, 100_000))
    return Sessions(tmp_path / "sessions", clock=lambda: float(next(times)))


def talk(sessions: Sessions, *messages) -> str:
    with sessions.new() as session:
        session.describe(title=messages[0].text, folder="/work", model="fake")
        parent = None
        for message in messages:
            parent = session.add(message, parent=parent)
        return session.name


def test_sessions_are_listed_with_the_last_changed_first(sessions):
    first = talk(sessions, Instruction("one"), Reply("1"), Instruction("more"))
    second = talk(sessions, Instruction("two"))
    listed = sessions.index.sessions()
    assert [each.name for each in listed] == [second, first]
    assert (listed[1].title, listed[1].folder, listed[1].model, listed[1].turns) == ("one", "/work", "fake", 2)
    assert listed[1].began < listed[1].changed
    assert sessions.latest() == second


def test_a_session_that_goes_on_is_listed_as_it_is_now(sessions):
    name = talk(sessions, Instruction("one"))
    assert sessions.index.sessions()[0].turns == 1
    with sessions.open(name) as session:
        session.add(Instruction("two"), parent=session.head)
        assert sessions.index.sessions()[0].turns == 2
        session.add(Instruction("three"), parent=session.head)
        assert sessions.index.sessions()[0].turns == 3
    assert sessions.index.sessions()[0].turns == 3


@pytest.mark.parametrize("words", ["prices", "PRICES total", "zucch", "sum()", "4711", "grün"])
def test_words_are_found_in_instructions_replies_code_and_output(sessions, words):
    ran = Execution(BLOCK, "ok", (Text("4711\n"),))
    name = talk(sessions, Instruction("add up the prices of zucchini"), Reply("Gut: grün", BLOCK), ran)
    talk(sessions, Instruction("something else"))
    assert [each.session.name for each in sessions.index.search(words)] == [name]


@pytest.mark.parametrize("words", ["", "   ", '"', "nothing-like-this", "a OR", "NEAR(", "*", "prices AND zebra"])
def test_words_that_are_nowhere_find_nothing(sessions, words):
    talk(sessions, Instruction("add up the prices of zucchini"))
    assert sessions.index.search(words) == []


def test_an_index_that_is_damaged_or_lost_is_made_anew(sessions):
    name = talk(sessions, Instruction("add up the prices"))
    assert sessions.index.search("prices")
    for content in (b"garbage" * 1_000, None):
        for path in sessions.folder.glob("index.sqlite3*"):
            path.unlink()
        if content:
            (sessions.folder / "index.sqlite3").write_bytes(content)
        assert [each.session.name for each in sessions.index.search("prices")] == [name]


def test_a_damaged_session_does_not_keep_the_others_from_being_listed(sessions):
    name = talk(sessions, Instruction("one"))
    (sessions.folder / "20200101-000000-ffff").mkdir()
    (sessions.folder / "20200101-000000-ffff" / "session.sqlite3").write_bytes(b"garbage" * 1_000)
    assert [each.name for each in sessions.index.sessions()] == [name]


def test_a_deleted_session_leaves_nothing_of_its_text(sessions):
    name = talk(sessions, Instruction("the zucchini affair"), Reply("zucchini"))
    kept = talk(sessions, Instruction("other"))
    assert sessions.index.search("zucchini")
    sessions.delete(name)
    assert [each.name for each in sessions.index.sessions()] == [kept]
    assert not any(b"zucchini" in path.read_bytes() for path in sessions.folder.rglob("*") if path.is_file())


def test_an_open_session_is_not_deleted(sessions):
    name = talk(sessions, Instruction("one"))
    with sessions.open(name):
        [problem] = sessions.delete(name)
    assert isinstance(problem, SessionHeld)
    assert sessions.index.sessions()


def test_a_part_of_a_name_is_enough_when_one_session_has_it(sessions):
    first, second = talk(sessions, Instruction("one")), talk(sessions, Instruction("two"))
    assert sessions.name(first) == first
    assert sessions.name(second[-4:]) == second
    with pytest.raises(WrongUsage, match=f"may be .*{first}"):
        sessions.name("19700101")
    with pytest.raises(WrongUsage, match="There is no session"):
        sessions.name("../etc")


def test_sessions_that_are_deleted_by_hand_are_listed_no_more(sessions):
    import shutil

    name = talk(sessions, Instruction("one"))
    assert sessions.index.sessions()
    shutil.rmtree(sessions.folder / name)
    assert sessions.index.sessions() == []
