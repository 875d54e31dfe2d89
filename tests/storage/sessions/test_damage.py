"""Whatever stands in the place of a session, damaged or foreign: it is told in two lines, kept, and harms no other."""

import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from interpreter.core.errors import InterpreterError, StorageFailed
from interpreter.core.feedback import describe
from interpreter.core.messages import CodeBlock, Display, Execution, Failure, Instruction, Reply, Text, Variable
from interpreter.core.ports import Usage
from interpreter.core.replay import plan, variables_of
from interpreter.storage.exports.formats import FORMATS, text_of
from interpreter.storage.exports.kept import of_session
from interpreter.storage.sessions.opening import FILE
from interpreter.storage.sessions.sessions import Sessions
from interpreter.terminal.resuming import drawn_again

BLOCK = CodeBlock("python", "print(6 * 7)")
FLIPS = 100


@pytest.fixture
def sessions(tmp_path: Path) -> Sessions:
    return Sessions(tmp_path / "sessions")


def talk(sessions: Sessions, text: str) -> str:
    outputs = (Text("42\n"), Display({"text/plain": "<Figure>", "image/png": "aGFsbG8="}), Failure("E", "no", "T"))
    variables = (Variable("x", "int", "", "42"),)
    with sessions.new() as session:
        session.describe(title=text, folder="/work", model="fake")
        parent = session.add(Instruction(text), parent=None)
        session.keep_folder_before(parent, "a" * 40)
        reply = session.add(Reply(f"Let me.\n\n{BLOCK.fenced}", BLOCK), parent=parent)
        session.begin_run(BLOCK, reply=reply)
        end = session.add(Execution(BLOCK, "ok", outputs, 0.1, changed=variables), parent=reply)
        answer = session.add(Reply("It is **42**."), parent=end)
        session.add_usage(Usage(1, 2), message=answer, model="fake", cost=0.5)
        session.end_turn("answered", message=answer)
        session.mark(parent, good=True)
        unfinished = session.add(Reply("more", BLOCK), parent=session.add(Instruction("more"), parent=answer))
        session.begin_run(BLOCK, reply=unfinished)
        return session.name


def is_readable(sessions: Sessions, name: str) -> bool:
    """Whether all that can be done with a session can be done; what goes wrong is told, and no traceback."""
    try:
        with sessions.read(name) as session:
            messages = [each.message for each in session.load()]
            session.everything(), session.runs(), session.endings(), session.usage(), session.marks()
            session.folders([1]), session.unfinished(), session.summary(), session.about()
            kept = of_session(session, str, "python")
        with sessions.open(name) as session:
            session.load(), session.unfinished(), session.about()
        for form in FORMATS:
            text_of(kept, form, lambda image: "")
        list(drawn_again(messages, lambda tag: tag))
        plan(messages, lambda language: True).touches("/work")
        variables_of(messages)
        for each in messages:
            if isinstance(each, Execution):
                describe(each, "", small=False)
    except StorageFailed as error:
        assert_two_lines(error, name)
        return False
    return True


def assert_two_lines(error: InterpreterError, name: str) -> None:
    assert name in str(error) and "\n" not in str(error) and error.hint and "\n" not in error.hint


def assert_others_go_on(sessions: Sessions, good: str) -> None:
    assert good in [each.name for each in sessions.index.sessions()]
    assert good in [each.session.name for each in sessions.index.search("good")]
    for problem in sessions.index.unread():
        assert problem.hint and "\n" not in str(problem)


def variants(data: bytes, seed: int) -> list[tuple[str, bytes]]:
    """The file cut at every 512 bytes, and with bytes flipped at random places."""
    chance = random.Random(seed)
    found = [(f"cut at {end}", data[:end]) for end in range(0, len(data), 512)]
    # Most of a small file is empty: where something stands, a flip tells more.
    full = [at for at, byte in enumerate(data) if byte]
    for number in range(FLIPS):
        flipped = bytearray(data)
        at = chance.choice(full) if number % 2 else chance.randrange(len(data))
        flipped[at] ^= 1 << chance.randrange(8)
        found.append((f"flipped at {at}", bytes(flipped)))
    return found


def test_a_file_that_was_cut_or_in_which_bits_are_flipped_is_read_or_told_and_harms_no_other(sessions):
    seed = random.SystemRandom().getrandbits(32)
    good, damaged = talk(sessions, "good"), talk(sessions, "damaged")
    folder = sessions.folder / damaged
    pristine = folder.with_name("pristine")
    shutil.move(folder, pristine)
    told = 0
    for number, (how, data) in enumerate(variants((pristine / FILE).read_bytes(), seed)):
        print(f"seed {seed}: {how}")
        shutil.copytree(pristine, folder)
        (folder / FILE).write_bytes(data)
        if not is_readable(sessions, damaged):
            told += 1
            assert (folder / FILE).read_bytes() == data or not data, how
        if number % 10 == 0:
            assert_others_go_on(sessions, good)
        shutil.rmtree(folder)
    print(f"{told} were told")
    assert told > FLIPS / 4


def test_a_log_that_was_cut_or_in_which_bits_are_flipped_costs_the_last_messages_and_no_more(sessions):
    good, name = talk(sessions, "good"), talk(sessions, "damaged")
    folder = sessions.folder / name
    seed = random.SystemRandom().getrandbits(32)
    with sessions.open(name) as session:
        session.add(Reply("late"), parent=session.head)
        crashed = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    log = crashed[f"{FILE}-wal"]
    assert log
    for how, data in variants(log, seed)[::4]:
        print(f"seed {seed}: {how}")
        for path in folder.glob(f"{FILE}*"):
            path.unlink()
        (folder / FILE).write_bytes(crashed[FILE])
        (folder / f"{FILE}-wal").write_bytes(data)
        assert is_readable(sessions, name)
        with sessions.read(name) as session:
            assert len(session.path()) >= 6
    assert_others_go_on(sessions, good)


def another_database(folder: Path) -> None:
    folder.mkdir()
    with sqlite3.connect(folder / FILE) as database:
        database.executescript("CREATE TABLE theirs (x); INSERT INTO theirs VALUES ('zucchini'); PRAGMA user_version=3")


def newer(folder: Path) -> None:
    another_database(folder)
    with sqlite3.connect(folder / FILE) as database:
        database.executescript(f"PRAGMA application_id = {0x49_54_50_31}; PRAGMA user_version = 99")


def text(folder: Path) -> None:
    folder.mkdir()
    (folder / FILE).write_text("not a database\n" * 100)


def nothing(folder: Path) -> None:
    folder.mkdir()


def files(folder: Path) -> None:
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")


def a_folder(folder: Path) -> None:
    (folder / FILE / "deep").mkdir(parents=True)


def a_pipe(folder: Path) -> None:
    folder.mkdir()
    os.mkfifo(folder / FILE)


def a_loop(folder: Path) -> None:
    folder.symlink_to(folder)


def a_link(folder: Path) -> None:
    another_database(folder.parent.parent / "elsewhere")
    folder.symlink_to(folder.parent.parent / "elsewhere")


def a_link_inside(folder: Path) -> None:
    folder.mkdir()
    another_database(folder.parent.parent / "elsewhere")
    (folder / FILE).symlink_to(folder.parent.parent / "elsewhere" / FILE)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file's content; that we looked, and who holds it, may be noted beside."""
    ours = ("lock", f"{FILE}-wal", f"{FILE}-shm")
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ours
    }


FOREIGN = [another_database, newer, text, nothing, files, a_folder, a_pipe, a_loop, a_link, a_link_inside]


@pytest.mark.parametrize("make", FOREIGN, ids=lambda make: make.__name__)
def test_what_is_no_session_of_ours_is_told_and_not_one_byte_of_it_is_changed(
    sessions, tmp_path, make: Callable[[Path], None]
):
    good = talk(sessions, "good")
    foreign = sessions.folder / "20200101-000000-abcd"
    make(foreign)
    before = snapshot(foreign.resolve() if make is not a_loop else tmp_path / "nowhere"), snapshot(tmp_path)
    for use in (sessions.read, sessions.open, sessions.copy):
        with pytest.raises(StorageFailed) as caught:
            use(foreign.name)
        assert_two_lines(caught.value, foreign.name)
    with pytest.raises(StorageFailed):
        sessions.rename(foreign.name, "ours")
    assert_others_go_on(sessions, good)
    assert foreign.name in str(sessions.index.unread()[0])
    after = snapshot(foreign.resolve() if make is not a_loop else tmp_path / "nowhere"), snapshot(tmp_path)
    assert before[0] == after[0] and before[1].items() <= {**after[1], **_index(before[1])}.items()


def _index(files: dict[str, bytes]) -> dict[str, bytes]:
    """What is ours to change: the index."""
    return {name: data for name, data in files.items() if "index" in name or "changed" in name}


def test_however_short_its_name_a_session_is_named(sessions):
    sessions.folder.mkdir()
    (sessions.folder / "e").symlink_to("/etc")
    with pytest.raises(StorageFailed, match="The session e cannot be opened"):
        sessions.read("e")


def test_a_file_among_the_sessions_is_none(sessions):
    good = talk(sessions, "good")
    (sessions.folder / "20200101-000000-abcd").write_text("mine")
    assert [each.name for each in sessions.index.sessions()] == [good] and sessions.index.unread() == []


def test_what_a_dead_program_left_half_made_or_half_deleted_is_no_session_and_goes_with_time(tmp_path):
    sessions = Sessions(tmp_path / "sessions")
    good = talk(sessions, "good")
    old, young = sessions.folder / ".aside" / "old", sessions.folder / ".aside" / "young"
    for folder in (old, young):
        shutil.copytree(sessions.folder / good, folder)
    os.utime(old, (1, 1))
    assert [each.name for each in sessions.index.sessions()] == [good] and sessions.index.unread() == []
    talk(sessions, "another")
    assert not old.exists() and young.exists()


@pytest.mark.parametrize("value", [b"\x00\xff", 7, None, "[" * 100_000, "x" * 1_000_000, "-1", "2", "1e9"])
@pytest.mark.parametrize("column", ["messages.form", "messages.kind", "messages.at", "runs.block", "about.value"])
def test_values_that_somebody_changed_are_read_or_told(sessions, column, value):
    good, name = talk(sessions, "good"), talk(sessions, "damaged")
    table, field = column.split(".")
    with sqlite3.connect(sessions.folder / name / FILE) as database:
        try:
            database.execute(f"UPDATE {table} SET {field} = ?", (value,))
        except sqlite3.IntegrityError:
            return
    is_readable(sessions, name)
    assert_others_go_on(sessions, good)


def test_fields_of_messages_that_somebody_changed_are_read_or_told(sessions):
    good, name = talk(sessions, "good"), talk(sessions, "damaged")
    file = sessions.folder / name / FILE
    with sqlite3.connect(file) as database:
        forms = dict(database.execute("SELECT id, form FROM messages").fetchall())
    for number, form in forms.items():
        for key in json.loads(form):
            for value in (None, 7, "odd", [], [7], {}, {"a": 1}, [{"kind": "text"}], [{"kind": "display", "data": 1}]):
                with sqlite3.connect(file) as database:
                    changed = json.dumps({**json.loads(form), key: value})
                    database.execute("UPDATE messages SET form = ? WHERE id = ?", (changed, number))
                print(f"{number}: {key} = {value}")
                is_readable(sessions, name)
        with sqlite3.connect(file) as database:
            database.execute("UPDATE messages SET form = ? WHERE id = ?", (form, number))
    assert_others_go_on(sessions, good)
