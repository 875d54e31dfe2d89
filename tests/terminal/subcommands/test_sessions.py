"""`interpreter sessions`: what was kept is listed, shown, found, written elsewhere, and really deleted."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from interpreter.core.messages import CodeBlock, Display, Execution, Instruction, Reply, Text
from interpreter.storage.sessions.sessions import DAY, Sessions
from tests.scripted_server import Says, ScriptedServer
from tests.storage.exports.test_page import DATA
from tests.terminal.person import PROGRAM, Person
from tests.terminal.subcommands.conftest import is_two_clear_lines

BLOCK = CodeBlock("python", "print(6 * 7)")
KEY = "sk-a-key-of-the-environment"


@pytest.fixture
def sessions(home: Path) -> Sessions:
    return Sessions(home / "data" / "sessions")


@pytest.fixture
def name(sessions: Sessions) -> str:
    return talk(sessions, "What is 6 * 7?")


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def talk(sessions: Sessions, text: str, *, good: bool | None = None, answer: str = "It is **42**.") -> str:
    with sessions.new() as session:
        session.describe(title=text, folder="/work", model="fake")
        parent = session.add(Instruction(text), parent=None)
        if good is not None:
            session.mark(parent, good=good)
        outputs = (Text("42\n"), Display({"image/png": DATA, "text/plain": "<Figure>"}))
        for message in (Reply(f"Let me.\n\n{BLOCK.fenced}", BLOCK), Execution(BLOCK, "ok", outputs), Reply(answer)):
            parent = session.add(message, parent=parent)
        return session.name


def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*PROGRAM, "sessions", *arguments],
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,
    )


def says(*arguments: str, **variables: str) -> str:
    done = run(*arguments, **variables)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_sessions_are_listed_in_lines_as_json_and_by_their_names(sessions, name):
    newer = talk(sessions, "Another \x1b]0;t\x07 one")
    head, first, second = says().splitlines()
    assert head.split() == ["NAME", "WHEN", "TURNS", "TITLE", "FOLDER"]
    assert first.startswith(newer) and "\x1b" not in first
    assert [second.split("  ")[i].strip() for i in (0, 1)] == [name, "just now"] and "What is 6 * 7?" in second
    listed = json.loads(says("list", "--json"))
    assert [each["name"] for each in listed] == [newer, name]
    assert listed[1]["turns"] == 1 and listed[1]["began"].endswith("Z") and listed[1]["model"] == "fake"
    assert says("list", "--names") == f"{newer}\n{name}\n"


def test_a_list_is_bounded_unless_all_are_wanted(sessions):
    for number in range(23):
        talk(sessions, f"number {number}")
    assert len(says().splitlines()) == 22 and "3 more: interpreter sessions list --all" in says()
    assert len(says("--all").splitlines()) == 24


def test_without_sessions_it_says_how_to_begin_one():
    assert "Start one: interpreter" in says()
    assert json.loads(says("--json")) == []


def test_a_session_is_shown_also_while_another_program_holds_it(sessions, name):
    with sessions.open(name) as held:
        held.begin_run(CodeBlock("bash", "rm x"), reply=held.add(Reply("x"), parent=held.head))
        shown = says("show", "latest")
    parts = (
        "What is 6 * 7?",
        "> What is 6 * 7?",
        "Let me.",
        "```python",
        "print(6 * 7)",
        "42",
        "[picture: ",
        "It is **42**.",
    )
    places = [shown.index(part) for part in parts]
    assert places == sorted(places)
    assert shown.rstrip().endswith("```bash\nrm x\n```") and "may have run" in shown
    picture = shown.split("[picture: ")[1].split("]")[0]
    assert Path(picture).read_bytes().startswith(b"\x89PNG")


def test_on_a_terminal_it_is_drawn_as_in_the_chat(name):
    with Person("sessions", "show", name, environment={"INTERPRETER_GRAPHICS": "none"}) as person:
        person.sees("Let me.", "── python", "print", "42", "It is", "42")
        assert person.exit_code() == 0
        assert "\x1b[1m42\x1b[" in person.raw and "**" not in person.screen


def test_words_are_found_with_the_place_where_they_stand(sessions, name):
    talk(sessions, "something else", answer="No.")
    assert says("search", "print").splitlines()[0].startswith(sessions.latest())
    assert json.loads(says("search", "--json", "what"))[0]["name"] == name
    done = run("search", "zebra")
    assert (done.returncode, done.stdout) == (1, "Nothing was found.\n")


def test_a_title_can_be_changed(name):
    assert says("rename", "latest", "Prices", "of May") == f"{name} is called “Prices of May” from now on.\n"
    assert "Prices of May" in says()
    assert is_two_clear_lines(run("rename", name, " ").stderr)


def test_deleting_leaves_nothing_and_goes_on_behind_what_is_not_there(sessions, home, name):
    kept = talk(sessions, "kept")
    says("search", "what")
    done = run("delete", "--yes", name, "nothing-like-this")
    assert done.returncode == 2 and "1 session is deleted." in done.stdout
    assert "There is no session nothing-like-this" in done.stderr
    assert says("list", "--names") == f"{kept}\n"
    files = [path for path in home.rglob("*") if path.is_file()]
    assert not any(b"What is" in path.read_bytes() or name.encode() in path.read_bytes() for path in files)


def test_nothing_is_deleted_where_nobody_can_be_asked(sessions, name):
    done = run("delete", name)
    assert done.returncode == 2 and is_two_clear_lines(done.stderr) and "--yes" in done.stderr
    assert says("list", "--names") == f"{name}\n"


@pytest.mark.parametrize(("key", "stays"), [("n", True), ("\x1b", True), ("y", False)])
def test_at_a_terminal_it_asks_before_it_deletes(sessions, name, key, stays):
    with Person("sessions", "delete", name) as person:
        person.sees(name, "Delete this session for good? [y]es / [n]o ").types(key)
        assert person.exit_code() == 0
    assert bool(sessions.index.sessions()) is stays


def test_what_nobody_has_touched_is_pruned_once_it_was_shown(sessions, home):
    import time

    old = Sessions(sessions.folder, clock=lambda: time.time() - 91 * DAY)
    gone, stays = talk(old, "old"), talk(sessions, "new")
    assert run("prune", "--older-than", "90d").returncode == 2
    done = says("prune", "--older-than", "90d", "--yes")
    assert gone in done and "1 session is deleted." in done and stays not in done
    assert says("prune", "--older-than", "12w", "--yes") == "No session is as old as that.\n"
    assert says("list", "--names") == f"{stays}\n"
    assert is_two_clear_lines(run("prune", "--older-than", "soon").stderr)


def test_a_setting_deletes_old_sessions_when_a_new_one_begins(sessions, home):
    import time

    old = talk(Sessions(sessions.folder, clock=lambda: time.time() - 91 * DAY), "old")
    new = talk(sessions, "new")
    with ScriptedServer(Says("```python\n1\n```\n"), Says("Done.")) as server:
        model = {"INTERPRETER_MODEL": "test", "INTERPRETER_API_BASE": server.url}
        for days in ({}, {"INTERPRETER_KEEP_DAYS": "90"}):
            assert old in says("list", "--names")
            done = subprocess.run([*PROGRAM, "-y", "go"], env={**os.environ, **model, **days}, stdin=subprocess.DEVNULL)
            assert done.returncode == 0
    names = says("list", "--names").split()
    assert old not in names and new in names and len(names) == 3


def test_every_form_is_written_into_a_new_file(name, work):
    for form, ending in (("ipynb", "ipynb"), ("markdown", "md"), ("html", "html"), ("json", "json"), ("python", "py")):
        assert says("export", name, "--format", form) == f"Written: {work}/{name}.{ending}\n"
        assert (work / f"{name}.{ending}").stat().st_mode & 0o777 == 0o600
    assert says("export", name, "-o", "page.html") == f"Written: {work}/page.html\n"
    assert "<!DOCTYPE html>" in (work / "page.html").read_text() and DATA in (work / "page.html").read_text()
    assert says("export", name, "-o", "page.html") == f"Written: {work}/page-2.html\n"
    assert "print(6 * 7)" in says("export", name, "--format", "python", "-o", "-")
    assert (work / f"{name}_files" / "picture.png").exists()


def test_keys_that_are_known_now_are_masked_in_what_was_kept_before(sessions, work):
    name = talk(sessions, f"use {KEY}")
    for form in ("ipynb", "markdown", "html", "json", "python", "chat-jsonl"):
        out = says("export", name, "--format", form, "-o", "-", OPENAI_API_KEY=KEY)
        assert KEY not in out and "[secret]" in out


def test_marked_conversations_become_training_data(sessions, work):
    talk(sessions, "good one", good=True)
    talk(sessions, "bad one", good=False)
    talk(sessions, "unmarked")
    done = says("export", "--format", "chat-jsonl", "--marked", "good", "--dry-run")
    assert "1 conversation, 4 messages" in done and "good one" in done and list(work.iterdir()) == []
    says("export", "--format", "chat-jsonl", "--marked", "any", "--system-prompt", "-o", "data.jsonl")
    lines = [json.loads(line) for line in (work / "data.jsonl").read_text().splitlines()]
    assert [each["messages"][1]["content"] for each in lines] == ["bad one", "good one"]
    for example in lines:
        roles = [message["role"] for message in example["messages"]]
        assert roles == ["system", "user", "assistant", "user", "assistant"] and set(example) == {"messages"}
        assert all(set(message) == {"role", "content"} and message["content"] for message in example["messages"])
    for wrong in (("--format", "chat-jsonl"), ("--marked", "good"), ("latest", "--dry-run"), ()):
        done = run("export", *wrong)
        assert done.returncode == 2 and is_two_clear_lines(done.stderr)


def test_a_notebook_begins_a_session_that_can_be_exported_again(name, work):
    says("export", name, "-o", "work.ipynb")
    new = says("import", "work.ipynb").split()[-1].rstrip(".")
    assert new != name and says("show", new).count("print(6 * 7)") == 1
    says("export", new, "-o", "again.ipynb")
    first, second = (json.loads((work / each).read_text())["cells"] for each in ("work.ipynb", "again.ipynb"))
    assert first == second
    (work / "no.ipynb").write_text("{}")
    assert is_two_clear_lines(run("import", "no.ipynb").stderr)


def test_a_session_is_copied_while_another_program_holds_it(sessions, name):
    with sessions.open(name):
        copy = says("copy", name).split()[-1].rstrip(".")
    with sessions.open(copy) as session:
        assert len(session.path()) == 4


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(sessions, name, tmp_path):
    damaged, newer, linked, foreign = (
        sessions.folder / each for each in ("a-damaged", "a-newer", "a-linked", "a-foreign")
    )
    for folder in (damaged, newer, foreign):
        folder.mkdir()
    (damaged / "session.sqlite3").write_bytes(b"garbage" * 1_000)
    with sqlite3.connect(foreign / "session.sqlite3") as database:
        database.execute("CREATE TABLE theirs (x)")
    with sessions.open(name) as session:
        session.folder.joinpath("session.sqlite3").read_bytes()
    (newer / "session.sqlite3").write_bytes((sessions.folder / name / "session.sqlite3").read_bytes())
    with sqlite3.connect(newer / "session.sqlite3") as database:
        database.execute("PRAGMA user_version = 99")
    linked.symlink_to(tmp_path)
    done = run()
    assert done.returncode == 1 and name in done.stdout
    for folder in (damaged, newer, linked, foreign):
        assert f"The session {folder.name} " in done.stderr
        shown = run("show", folder.name)
        assert shown.returncode == 1 and is_two_clear_lines(shown.stderr) and folder.name in shown.stderr
    assert says("search", "what")
    assert run("delete", "--yes", "a-damaged", "a-newer", "a-linked", "a-foreign").returncode == 0
    assert says("list", "--names") == f"{name}\n" and tmp_path.is_dir()


@pytest.mark.parametrize(
    "action", ["", "list", "show", "search", "rename", "delete", "export", "prune", "import", "copy"]
)
def test_every_action_tells_how_it_is_used(action):
    assert says(*[action] * bool(action), "--help").startswith("usage: interpreter sessions")


@pytest.mark.parametrize("wrong", [["sing"], ["show"], ["show", "x", "y"], ["--no-such-flag"], ["prune"], ["delete"]])
def test_wrong_words_are_two_lines_and_exit_code_2(wrong):
    done = run(*wrong)
    assert done.returncode == 2 and is_two_clear_lines(done.stderr)


def test_listing_imports_neither_models_nor_kernels():
    look = "import sys; from interpreter.cli import main; main(['sessions']); print('|', *sys.modules)"
    out = subprocess.run([sys.executable, "-c", look], text=True, capture_output=True, check=True).stdout
    assert not set(out.rpartition("|")[2].split()) & {
        "openai",
        "litellm",
        "httpx",
        "zmq",
        "jupyter_client",
        "rich",
        "PIL",
    }


def test_names_are_completed_in_bash(name):
    from interpreter.terminal.completion import script

    asks = 'eval "$(cat)"; COMP_WORDS=(interpreter sessions show 2); COMP_CWORD=3; _interpreter; echo "${COMPREPLY[@]}"'
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "-c", asks],
        input=script("bash"),
        env={**os.environ, "PATH": path},
        text=True,
        capture_output=True,
    )
    assert done.stdout.split() == [name]
