"""The file of what ran: whole lines, private, bounded, and readable whatever happened to it."""

import json
import multiprocessing
import os
import resource
import signal
import stat
from pathlib import Path

import pytest

from interpreter.core.errors import StorageFailed
from interpreter.storage import record
from interpreter.storage.record import RecordFile


@pytest.fixture
def file(tmp_path: Path) -> RecordFile:
    return RecordFile(tmp_path / "home" / "data" / "record.jsonl")


def started(run: str, code: str = "1") -> dict:
    fixed = {"at": "2026-11-26T10:00:00.000Z", "language": "python", "sha256": "0" * 64, "folder": "/work"}
    more = {"by": "person", "box": None, "allowed": [], "via": "terminal", "session": "s"}
    return {"event": "started", "run": run, "code": code, **fixed, **more}


def ended(run: str, status: str = "ok") -> dict:
    return {"at": "2026-11-26T10:00:01.000Z", "event": "ended", "run": run, "status": status, "seconds": 1, "error": ""}


def test_a_run_is_its_beginning_and_its_end_and_without_an_end_it_has_none(file):
    for line in (started("a"), started("b", "\ud800 \x1b é\n2"), ended("a", "failed")):
        file.append(line)
    (a, b), damaged = file.runs()
    assert (a.run, a.status, a.seconds) == ("a", "failed", 1.0)
    assert (b.run, b.status, b.code) == ("b", None, "\ud800 \x1b é\n2")
    assert damaged == 0


def test_nobody_else_can_read_it_whatever_the_umask(file):
    old = os.umask(0)
    try:
        file.append(started("a"))
    finally:
        os.umask(old)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


def test_damage_costs_the_lines_that_are_damaged_and_is_counted(file):
    file.append(started("a"))
    with file.path.open("ab") as bytes_:
        bytes_.write(
            b'\xff\xfe\n[]\n{"event": "started", "run": "x"}\n{"event": "?", "run": "y"}\n' + b"[" * 9999 + b"\n"
        )
    file.append(ended("a"))
    runs, damaged = file.runs()
    assert [(each.run, each.status) for each in runs] == [("a", "ok")] and damaged == 5


def test_a_full_file_is_put_aside_and_read_with_the_new_one(file):
    file.append(started("a"))
    with file.path.open("ab") as bytes_:
        bytes_.write(
            b"\n".join([json.dumps(started("filler", "x" * 16_000)).encode()] * (record.FULL // 16_000)) + b"\n"
        )
    file.append(started("b"))
    assert file.before.exists() and not file.path.exists()
    file.append(ended("b"))
    file.append(started("c"))
    runs, damaged = file.runs()
    assert [(each.run, each.status) for each in runs] == [("a", None), ("filler", None), ("b", "ok"), ("c", None)]
    assert damaged == 0 and stat.S_IMODE(file.path.stat().st_mode) == 0o600


def write_many(file: RecordFile, name: str) -> None:
    for number in range(200):
        file.append(started(f"{name}{number}", name * 5_000))
        file.append(ended(f"{name}{number}"))


def test_programs_that_write_at_once_lose_nothing_and_mix_nothing(file):
    writers = [multiprocessing.Process(target=write_many, args=(file, name)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    runs, damaged = file.runs()
    assert damaged == 0 and len(runs) == 600
    assert all(each.status == "ok" and each.code == each.run[0] * 5_000 for each in runs)


def test_a_full_disk_leaves_whole_lines_alone(file):
    file.append(started("a"))
    size = file.path.stat().st_size
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, size + 10))
        try:
            file.append(ended("a"))
        except StorageFailed:
            os._exit(7)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    runs, damaged = file.runs()
    assert [(each.run, each.status) for each in runs] == [("a", None)] and damaged == 0


@pytest.mark.parametrize("kind", ["folder", "fifo"])
def test_what_is_no_file_is_refused_and_not_waited_for(file, kind):
    file.path.parent.mkdir(parents=True)
    file.path.mkdir() if kind == "folder" else os.mkfifo(file.path)
    with pytest.raises(StorageFailed, match=r"record\.jsonl"):
        file.append(started("a"))
    with pytest.raises(StorageFailed, match=r"record\.jsonl"):
        file.runs()


def test_without_a_file_nothing_ran(file):
    assert file.runs() == ([], 0)
