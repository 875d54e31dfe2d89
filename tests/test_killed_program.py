"""The whole program, ended by force in the middle of a turn: its session is whole, and goes on."""

import json
import os
import random
import signal
import sqlite3
import time
from contextlib import closing

import pytest

from interpreter.storage.paths import find_paths
from interpreter.storage.sessions.opening import FILE
from interpreter.storage.sessions.sessions import Sessions
from tests.scripted_server import Hangs, Says, ScriptedServer
from tests.test_cli import at, code, leaves_no_process, run, start

__all__ = ["leaves_no_process"]

STEPS = [code(f"x = {number}", "open('ran', 'a').write('.')", "print(x)") for number in range(6)]
FREE = ("-y", "--sandbox", "none", "--json")


def all_sessions() -> Sessions:
    return Sessions(find_paths(os.environ).sessions)


def whole_session() -> str:
    """The name of the only session, whose file is sound."""
    (listed,) = all_sessions().index.sessions()
    assert all_sessions().index.unread() == []
    with closing(sqlite3.connect(all_sessions().folder / listed.name / FILE)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return listed.name


@pytest.mark.parametrize("part", range(6))
def test_after_a_kill_at_a_random_moment_all_that_was_told_is_kept_and_the_program_goes_on(part, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    seed = random.SystemRandom().getrandbits(32)
    chance = random.Random(seed)
    lines, seconds = part * 12 + chance.randrange(12), chance.random() / 10
    print(f"seed {seed}: killed {seconds:.3f} seconds after line {lines}")
    with ScriptedServer(*STEPS, Says("Done."), Hangs()) as server, start(*at(server), *FREE, "go") as process:
        process.stdin.close()
        told = [process.stdout.readline() for _ in range(lines + 1)]
        time.sleep(seconds)
        process.kill()
        told += process.stdout.readlines()
    events = [json.loads(line) for line in told if line.endswith(b"\n")]
    kinds = [event["message"]["kind"] for event in events if event["type"] == "message_added"]
    ran = (tmp_path / "ran").read_text() if (tmp_path / "ran").exists() else ""
    if not kinds:
        return
    with all_sessions().read(whole_session()) as session:
        kept = [message.kind for _, message in session.path()]
        runs, unfinished = session.runs(), len(session.unfinished())
    assert kept[: len(kinds)] == kinds and len(runs) >= len(ran)
    assert len(runs) - unfinished >= kinds.count("execution")
    with ScriptedServer(Says("Going on.")) as server:
        done = run(*at(server), "--continue", *FREE, "and now?")
        (request,) = server.requests
    assert done.returncode == 0 and "Traceback" not in done.stderr
    assert ("may have run" in request["messages"][-1]["content"]) == bool(unfinished)
    assert "go" in request["messages"][1]["content"]
    assert (tmp_path / "ran").read_text() == ran if ran else not (tmp_path / "ran").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
def test_what_was_said_and_ran_is_kept_when_the_program_is_told_to_end(number, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with ScriptedServer(STEPS[0], Hangs()) as server, start(*at(server), *FREE, "go") as process:
        process.stdin.close()
        assert server.wait_for(requests=2, timeout=60)
        process.send_signal(number)
        assert process.wait(60) == 128 + number
    with all_sessions().read(whole_session()) as session:
        assert [message.kind for _, message in session.path()] == ["instruction", "reply", "execution"]
        assert session.unfinished() == []
