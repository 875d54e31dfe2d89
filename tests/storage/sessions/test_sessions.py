"""Sessions are copied, renamed and deleted, whatever else is in their folder."""

import shutil
import stat
from pathlib import Path

import pytest

from interpreter.core.errors import StorageFailed, WrongUsage
from interpreter.core.messages import Image, Instruction, Reply
from interpreter.storage.sessions.changed import changed_since, note_change, settle
from interpreter.storage.sessions.folder import session_names
from interpreter.storage.sessions.lock import SessionHeld
from interpreter.storage.sessions.sessions import DAY, Sessions

PNG = "iVBORw0KGgo="


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    times = iter(range(1_000, 1_000_000, 1_000))
    return Sessions(tmp_path / "sessions", clock=lambda: float(next(times)))


def talk(sessions: Sessions, text: str = "one") -> str:
    with sessions.new() as session:
        session.describe(title=text, folder="/work", model="fake")
        session.add(Instruction(text, (Image("image/png", PNG),)), parent=None)
        return session.name


def texts(sessions: Sessions, name: str) -> list[str]:
    with sessions.read(name) as session:
        return [message.text for _, message in session.path()]


def test_a_copy_is_made_while_another_program_holds_the_session(sessions, open_umask):
    name = talk(sessions)
    with sessions.open(name) as held:
        copy = sessions.copy(name)
        held.add(Reply("not in the copy"), parent=held.head)
    assert copy != name and texts(sessions, copy) == ["one"]
    with sessions.open(copy) as session:
        assert session.path()[0][1].images == (Image("image/png", PNG),)
        session.add(Reply("only in the copy"), parent=session.head)
        modes = {stat.S_IMODE(path.stat().st_mode) for path in session.folder.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert texts(sessions, name) == ["one", "not in the copy"]
    assert {each.name for each in sessions.index.sessions()} == {name, copy}


def test_a_copy_that_fails_leaves_nothing(sessions):
    name = talk(sessions)
    (sessions.folder / name / "session.sqlite3").write_bytes(b"garbage" * 1_000)
    with pytest.raises(StorageFailed, match="damaged"):
        sessions.copy(name)
    assert session_names(sessions.folder) == {name}
    assert list((sessions.folder / ".aside").iterdir()) == []


def test_a_new_title_is_listed_and_found_and_the_old_one_is_not(sessions):
    name = talk(sessions, "something")
    assert sessions.index.search("something")[0].kind == "title"
    sessions.rename(name, "The zucchini affair")
    assert [each.title for each in sessions.index.sessions()] == ["The zucchini affair"]
    assert sessions.index.search("zucchini affair")[0].kind == "title"
    assert sessions.index.search("something")[0].kind == "instruction"


def test_a_session_that_is_held_keeps_its_title(sessions):
    name = talk(sessions)
    with sessions.open(name), pytest.raises(SessionHeld):
        sessions.rename(name, "other")


def test_latest_means_the_one_that_was_changed_last(sessions):
    first, second = talk(sessions), talk(sessions)
    assert sessions.name("latest") == second
    with sessions.open(first) as session:
        session.add(Reply("more"), parent=session.head)
    assert sessions.name("latest") == first


def test_a_damaged_session_is_named_and_can_be_deleted(sessions):
    good, damaged = talk(sessions), talk(sessions)
    (sessions.folder / damaged / "session.sqlite3").write_bytes(b"garbage" * 1_000)
    index = sessions.index
    assert [each.name for each in index.sessions()] == [good]
    assert [damaged in str(problem) for problem in index.unread()] == [True]
    assert sessions.delete(sessions.name(damaged)) == []
    assert sessions.index.unread() == []


def test_a_link_among_the_sessions_is_named_and_deleting_it_spares_what_it_leads_to(sessions, tmp_path):
    name = talk(sessions)
    shutil.move(sessions.folder / name, tmp_path / "elsewhere")
    (sessions.folder / name).symlink_to(tmp_path / "elsewhere")
    assert "link" in str(sessions.index.unread()[0])
    assert sessions.delete(name) == []
    assert (tmp_path / "elsewhere" / "session.sqlite3").exists() and sessions.index.unread() == []


def test_deleting_several_goes_on_behind_one_that_is_held(sessions):
    first, second, third = talk(sessions), talk(sessions), talk(sessions)
    with sessions.open(second):
        [problem] = sessions.delete(first, second, third)
        assert second in str(problem)
    assert [each.name for each in sessions.index.sessions()] == [second]


def test_nothing_of_a_deleted_session_stays_while_another_has_the_index_open(sessions):
    import sqlite3

    name = talk(sessions, "the zucchini affair")
    kept = talk(sessions, "other")
    assert sessions.index.search("zucchini")
    with sqlite3.connect(sessions.folder / "index.sqlite3") as other:
        assert other.execute("SELECT count(*) FROM sessions").fetchone() == (2,)
        sessions.delete(name)
        files = [path for path in sessions.folder.rglob("*") if path.is_file()]
        assert not any(b"zucchini" in path.read_bytes() for path in files)
    assert [each.name for each in sessions.index.sessions()] == [kept]


def test_only_what_nobody_has_touched_or_holds_is_old(tmp_path):
    now = 100 * DAY
    for age in (1, 50, 90, 95):
        talk(Sessions(tmp_path / "sessions", clock=lambda age=age: now - age * DAY), f"{age} days")
    sessions = Sessions(tmp_path / "sessions", clock=lambda: now)
    assert [each.title for each in sessions.unchanged_for(60)] == ["90 days", "95 days"]
    with sessions.open(sessions.unchanged_for(92)[0].name):
        assert [each.title for each in sessions.unchanged_for(60)] == ["90 days"]


def test_a_session_that_is_written_to_while_it_is_read_is_read_again(sessions):
    name = talk(sessions)
    noted = changed_since(sessions.folder)[name]
    note_change(sessions.folder / name)
    settle(sessions.folder / name, noted)
    assert name in changed_since(sessions.folder)
    settle(sessions.folder / name, changed_since(sessions.folder)[name])
    assert name not in changed_since(sessions.folder)


@pytest.mark.parametrize("said", ["", "  ", "../other", "/", "changed", "nothing"])
def test_what_names_no_session_is_said(sessions, said):
    talk(sessions)
    with pytest.raises(WrongUsage, match="There is no session"):
        sessions.name(said)


def test_a_long_session_is_found_once_and_newer_ones_first(sessions):
    with sessions.new() as session:
        parent = None
        for _ in range(50):
            parent = session.add(Instruction("prices"), parent=parent)
        long = session.name
    short = talk(sessions, "prices")
    assert [each.session.name for each in sessions.index.search("prices")] == [short, long]
    assert [each.session.name for each in sessions.index.search("prices", most=1)] == [short]


@pytest.mark.parametrize(
    ("words", "excerpt"),
    [
        ("zucch", "…the price of a [Zucchini] in May, as grün as it"),
        ("grun", "as [grün] as"),
        ("may PRICE", "the [price] of a Zucchini in [May],"),
    ],
)
def test_an_excerpt_shows_where_the_words_stand(sessions, words, excerpt):
    talk(sessions, f"{'blah ' * 30}the price of a Zucchini in May, as grün as it gets {'and so on ' * 30}")
    found = sessions.index.search(words)[0].excerpt
    assert excerpt.strip("…") in found and found.startswith("…") and found.endswith("…") and len(found) < 160


@pytest.mark.parametrize(
    "form",
    [
        "{",
        "[]",
        "1",
        '{"kind": "song", "text": 7}',
        '{"text": null}',
        "[" * 100_000,
        '{"outputs": [{"kind": "display", "data": "x"}]}',
    ],
)
def test_a_message_of_a_wrong_form_harms_no_other_session(sessions, form):
    import sqlite3

    damaged, good = talk(sessions, "prices"), talk(sessions, "prices")
    with sqlite3.connect(sessions.folder / damaged / "session.sqlite3") as database:
        for kind in ("song", "execution"):
            database.execute("INSERT INTO messages (parent, kind, form, at) VALUES (1, ?, ?, 1)", (kind, form))
        database.execute("INSERT OR REPLACE INTO about VALUES ('head', '2')")
        database.execute("INSERT OR REPLACE INTO about VALUES ('folder', x'00ff')")
    assert good in [each.name for each in sessions.index.sessions()]
    assert good in [each.session.name for each in sessions.index.search("prices")]
    with sessions.read(damaged) as session, pytest.raises(StorageFailed, match="message 2 cannot be read"):
        session.path()
