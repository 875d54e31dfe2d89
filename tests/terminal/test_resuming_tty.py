"""A session left and gone on with, turns and files taken back, by a person at a terminal with real kernels."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from interpreter.storage.paths import find_paths
from interpreter.storage.sessions.sessions import Sessions
from tests.scripted_server import Says, ScriptedServer
from tests.terminal.person import Person
from tests.terminal.test_chat_tty import DONE, QUESTION, SUM, asked, code, quiet_folder, sits_down

__all__ = ["quiet_folder"]

AGAIN = "[y]es, run again / [s]how the code / [n]o "
FILES = "Bring the files back? [y]es / [n]o, files stay "


def all_sessions() -> Sessions:
    return Sessions(find_paths(os.environ).sessions)


def names() -> list[str]:
    return [each.name for each in all_sessions().index.sessions()]


def chats_once() -> None:
    with sits_down(SUM, DONE) as (person, _):
        person.says("make x").sees(QUESTION).types("y").sees("42", "All done.")
        assert person.leaves() == 0


def test_a_session_goes_on_with_its_turns_drawn_its_history_told_and_its_variables_back():
    chats_once()
    show = code("print(x + 1)")
    with sits_down(show, DONE, arguments=("--continue",)) as (person, server):
        person.sees("Going on with", "> make x", "x = 6 * 7", "42", "All done.")
        person.sees("1 block that succeeded can be run again (1 python)", AGAIN)
        person.types("s").sees("print(x)", AGAIN).types("y").sees("1/1 python: x = 6 * 7", "All of it has been run")
        person.says("and then?").sees(QUESTION).types("y").sees("43", "All done.")
        assert person.leaves() == 0
        first = server.requests[0]["messages"]
        assert "make x" in first[1]["content"] and "42" in str(first)
        assert "1 of 1 blocks that had succeeded were run again" in first[-1]["content"]
        assert "there are now x" in first[-1]["content"]
    assert len(names()) == 1 and all_sessions().index.sessions()[0].turns == 2


def test_whoever_wants_no_replay_begins_with_empty_kernels_and_the_model_knows():
    chats_once()
    with sits_down(DONE, arguments=("--resume", names()[0][-4:])) as (person, server):
        person.sees(AGAIN).types("n").sees("The kernels stay empty")
        person.says("%vars").sees("Nothing yet.")
        person.says("go").sees("All done.")
        assert "Gone are x" in asked(server) and "no variable" in asked(server)
        person.says("again").sees("All done.")
        assert "Gone are" not in asked(server)
        assert person.leaves() == 0


def test_a_replay_that_fails_stops_there_and_the_model_knows(tmp_path):
    (tmp_path / "work" / "data").write_text("5")
    reads = code("y = open('data').read()")
    with sits_down(reads, code("z = y * 2"), DONE) as (person, _):
        person.says("read").sees(QUESTION).types("y").sees(QUESTION).types("y").sees("All done.")
        assert person.leaves() == 0
    (tmp_path / "work" / "data").unlink()
    with sits_down(DONE, arguments=("--continue",)) as (person, server):
        person.sees(AGAIN).types("y").sees("1/2 python", "FileNotFoundError", "It ends there")
        person.says("go").sees("All done.")
        assert "0 of 2 blocks" in asked(server) and "do not exist any more: y, z" in asked(server)
        assert person.leaves() == 0


def test_what_may_have_run_is_shown_told_and_not_run_again():
    sleeps = code("open('ran', 'w').close()", "import time; time.sleep(60)")
    with ScriptedServer(sleeps) as server, Person("--model", "test", "--api-base", server.url) as person:
        person.says("sleep").sees(QUESTION).types("y")
        person.waits_until(lambda: Path("ran").exists(), "ran")
        os.kill(person.pid, signal.SIGKILL)
        person.waits(1)
        Path("ran").unlink()
    with sits_down(DONE, arguments=("--continue",)) as (person, server):
        person.sees("This may have run when the program ended", "open('ran',")
        person.says("go").sees("All done.")
        assert "may have run" in asked(server) and "time.sleep(60)" in asked(server)
        assert person.leaves() == 0
    assert not Path("ran").exists()


def test_after_a_kill_the_next_chat_offers_once_to_go_on():
    offer = "A conversation was broken off before its end: %resume"
    with ScriptedServer(DONE) as server, Person("--model", "test", "--api-base", server.url) as person:
        person.says("first").sees("All done.").sees_prompt()
        os.kill(person.pid, signal.SIGKILL)
        person.waits(1)
    with sits_down(DONE, columns=120) as (person, server):
        person.sees(offer).says(f"%resume {names()[0]}").sees("Going on with", "> first")
        person.says("second").sees("All done.")
        assert "first" in str(server.requests[0]["messages"])
        assert person.leaves() == 0
    with sits_down(DONE) as (person, _):
        assert person.leaves() == 0
        assert "broken off" not in person.screen


def test_a_session_that_is_open_elsewhere_names_its_holder_and_offers_a_copy():
    chats_once()
    (name,) = names()
    with all_sessions().open(name):
        with sits_down(DONE, arguments=("--continue",)) as (person, _):
            person.sees(f"held by the program with process number {os.getpid()}", "Go on with a copy of it?")
            person.types("y").sees("> make x", AGAIN).types("n")
            person.says("go").sees("All done.")
            assert person.leaves() == 0
        with sits_down(DONE, arguments=("--resume", name)) as (person, _):
            person.sees("Go on with a copy of it?").types("n").sees("Error: The session")
            assert person.exit_code() == 1
    assert len(names()) == 2


def test_sessions_are_listed_taken_up_and_copied_within_a_chat():
    chats_once()
    (first,) = names()
    with sits_down(SUM, DONE) as (person, server):
        person.says("unrelated matter").sees(QUESTION).types("y").sees("All done.")
        person.says("%sessions").sees("make x")
        person.says("%sessions make").sees("make x")
        person.says(f"%resume {first}").sees("Going on with", "> make x", AGAIN).types("n")
        person.says("%vars").sees("Nothing yet.")
        person.says("%fork").sees(f"{first} stays as it is")
        person.says("further").sees("All done.")
        assert "unrelated matter" not in str(server.requests[-1]["messages"])
        assert person.leaves() == 0
    turns = {each.name: each.turns for each in all_sessions().index.sessions()}
    assert turns.pop(first) == 1 and sorted(turns.values()) == [1, 2]


def test_three_blocks_back_restores_a_table_and_three_files_with_one_command(tmp_path):
    work = tmp_path / "work"
    (work / "kept.txt").write_bytes(b"as it was\r\n")
    table = code("import pandas as pd", "df = pd.DataFrame({'a': [1, 2, 3]})", "print(len(df))")
    first = code("df = df[df.a > 2]", "open('kept.txt', 'w').write('changed')")
    second = Says("```bash\necho new > made.txt\nmkdir -p deep\n```\n")
    third = code("df = None", "open('deep/er.csv', 'w').write('a')")
    with sits_down(table, DONE, first, second, third, DONE, code("print(len(df))"), DONE, rows=60) as (person, _):
        person.says("table").sees(QUESTION).types("y").sees("All done.")
        person.says("change").sees(QUESTION).types("y").sees(QUESTION).types("y").sees(QUESTION).types("y")
        person.sees("All done.")
        assert sorted(path.name for path in work.iterdir()) == ["deep", "kept.txt", "made.txt"]
        person.says("%undo").sees("Would be restored: kept.txt", "Would be removed: deep/er.csv, made.txt", FILES)
        person.types("y").sees("Files brought back: 3", "1 block that succeeded", AGAIN).types("y").sees("All of it")
        assert (work / "kept.txt").read_bytes() == b"as it was\r\n"
        assert [path.name for path in work.iterdir()] == ["kept.txt"]
        person.says("how long").sees(QUESTION).types("y").sees("3", "All done.")
        assert person.leaves() == 0


def test_what_the_user_changed_since_is_not_written_over_and_an_undo_can_be_undone(tmp_path):
    work = tmp_path / "work"
    writes = code("open('one', 'w').write('1')", "open('two', 'w').write('2')")
    with sits_down(writes, DONE) as (person, _):
        person.says("write").sees(QUESTION).types("y").sees("All done.")
        person.sees_prompt().waits(0.5)
        (work / "two").write_text("mine")
        person.types("%undo\r").sees("Would be removed: one", "Changed since by somebody else", ": two", "[a]ll")
        person.types("y").sees("Files brought back: 1")
        assert not (work / "one").exists() and (work / "two").read_text() == "mine"
        person.says("%undo back").sees("There again: write")
        assert (work / "one").read_text() == "1" and (work / "two").read_text() == "mine"
        person.says("%undo").sees("[a]ll, those too").types("a").sees("Files brought back: 2")
        assert not list(work.iterdir())
        person.says("%redo nothing").sees("Nothing has been asked yet.")
        assert person.leaves() == 0
    assert [each.turns for each in all_sessions().index.sessions()] == [0]


def test_the_users_own_git_is_not_touched_and_nothing_of_it_is_run(tmp_path):
    work = tmp_path / "work"
    subprocess.run(["git", "init", "-q", str(work)], check=True)
    hook = work / ".git" / "hooks" / "post-index-change"
    evil = tmp_path / "evil"
    evil.write_text(f"#!{sys.executable}\nopen({str(tmp_path / 'hooked')!r}, 'w').close()\n")
    evil.chmod(0o755)
    hook.parent.mkdir(exist_ok=True)
    hook.symlink_to(evil)
    for name in ("filter.evil.clean", "core.fsmonitor"):
        subprocess.run(["git", "-C", str(work), "config", name, str(evil)], check=True)
    (work / ".gitattributes").write_text("* filter=evil\n")
    (work / ".gitignore").write_text("ignored\n")
    before = sorted((path, path.stat().st_mtime_ns) for path in (work / ".git").rglob("*"))
    environment = {"GIT_DIR": str(work / ".git"), "GIT_EXTERNAL_DIFF": str(evil), "GIT_CONFIG_COUNT": "1"}
    environment |= {"GIT_CONFIG_KEY_0": "core.fsmonitor", "GIT_CONFIG_VALUE_0": str(evil)}
    writes = code("open('one', 'w').write('1')", "open('ignored', 'w').write('2')")
    with sits_down(writes, DONE, environment=environment) as (person, _):
        person.says("write").sees(QUESTION).types("y").sees("All done.")
        person.says("%undo").sees("Would be removed: one", FILES).types("y").sees("Files brought back: 1")
        assert person.leaves() == 0
    assert not (tmp_path / "hooked").exists() and not (work / "one").exists() and (work / "ignored").exists()
    assert before == sorted((path, path.stat().st_mtime_ns) for path in (work / ".git").rglob("*"))
