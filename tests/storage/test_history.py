import multiprocessing
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.errors import StorageFailed
from interpreter.storage.history import FULL, LONGEST, READ, HistoryFile


@pytest.fixture
def history(tmp_path: Path) -> HistoryFile:
    return HistoryFile(tmp_path / "home" / "history")


def test_entries_come_back_whole_and_latest_first(history):
    for entry in ("one", "two\nlines\n", "+three\n#\n\n", "", " four"):
        history.append(entry)
    assert history.entries() == [" four", "", "+three\n#\n\n", "two\nlines\n", "one"]


@given(entry=st.text())
def test_any_text_comes_back_as_it_was(tmp_path_factory, entry):
    history = HistoryFile(tmp_path_factory.mktemp("h") / "history")
    history.append(entry)
    assert history.entries() == [entry.encode("utf-8", "replace").decode()]


@pytest.mark.parametrize("before", [None, 0o644])
def test_nobody_else_can_read_it_whatever_the_umask(history, before):
    if before is not None:
        history.path.parent.mkdir()
        history.path.touch()
        history.path.chmod(before)
    old = os.umask(0)
    try:
        history.append("secret")
    finally:
        os.umask(old)
    assert stat.S_IMODE(history.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(history.path.parent.stat().st_mode) == 0o700


def test_a_file_of_the_form_that_line_editors_write_is_read(history):
    history.path.parent.mkdir()
    history.path.write_text("\n# 2026-11-01 10:00:00\n+old\n+lines\n\n# 2026-11-02\n+new\n")
    assert history.entries() == ["new", "old\nlines"]


def test_damage_costs_what_is_damaged_and_no_more(history):
    history.append("good")
    with history.path.open("ab") as file:
        file.write(b"\xff\xfe garbage \0\n+half \xc3\n\x1b]0;t\x07")
    history.append("better")
    assert history.entries() == ["better", "half \ufffd", "good"]


def test_of_a_huge_file_the_end_is_read_and_the_rest_goes(history):
    history.path.parent.mkdir()
    history.path.write_bytes(b"\n#\n+older entry\n" * (FULL // 15))
    entries = history.entries()
    assert set(entries) == {"older entry"} and len(entries) * 15 < READ
    history.append("new")
    assert history.path.stat().st_size <= READ
    assert history.entries()[:2] == ["new", "older entry"]
    assert [path.name for path in history.path.parent.iterdir()] == ["history"]


def test_what_was_pasted_by_the_megabyte_is_not_kept(history):
    history.append("x" * LONGEST)
    history.append("y")
    assert history.entries() == ["y"]


def write_many(path: Path, name: str) -> None:
    for number in range(300):
        HistoryFile(path).append(f"{name} {number}\n" + name * 1_000)


def test_chats_that_write_at_once_lose_nothing_and_mix_nothing(history):
    names = "abcd"
    writers = [multiprocessing.Process(target=write_many, args=(history.path, name)) for name in names]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    entries = history.entries()
    assert all(entry[2:].partition("\n")[2] in (name * 1_000 for name in names) for entry in entries[:-1])
    for name in names:
        own = [int(entry.split()[1]) for entry in entries if entry.startswith(name)]
        assert own == sorted(own, reverse=True) and own[0] == 299


def test_a_writer_notices_that_the_file_has_been_cut_meanwhile(history):
    history.append("x")
    writers = [multiprocessing.Process(target=write_full, args=(history.path, name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert history.path.stat().st_size < FULL + LONGEST
    assert all(len(set(entry)) == 1 for entry in history.entries())
    assert len({entry[0] for entry in history.entries()[:3]} | {"a", "b"}) == 2


def write_full(path: Path, name: str) -> None:
    for _ in range(60):
        HistoryFile(path).append(name * 100_000)


@pytest.mark.parametrize("kind", ["folder", "fifo", "device"])
def test_what_is_no_file_is_refused_and_not_waited_for(history, kind):
    history.path.parent.mkdir()
    if kind == "folder":
        history.path.mkdir()
    elif kind == "fifo":
        os.mkfifo(history.path)
    else:
        history.path.symlink_to("/dev/null")
    with pytest.raises(StorageFailed, match="not kept"):
        history.entries()
    with pytest.raises(StorageFailed):
        history.append("x")


def test_a_full_disk_leaves_the_entries_before(history):
    history.append("before")
    import resource

    size = history.path.stat().st_size
    child = os.fork()
    if child == 0:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, size + 10))
        try:
            history.append("too long for what is left")
        except StorageFailed:
            os._exit(7)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert history.entries() == ["before"]
