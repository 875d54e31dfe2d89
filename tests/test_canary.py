"""A key in the environment, and everything the program can do with it there: nothing of it is kept or shown."""

import base64
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from interpreter import OpenInterpreter
from interpreter.core.errors import InterpreterError
from tests.kernels.driving import eventually
from tests.scripted_server import Cuts, Fails, Refuses, Says, ScriptedServer
from tests.terminal.person import Person
from tests.terminal.test_chat_tty import QUESTION
from tests.test_cli import PATIENCE, at, code, run, start


def bash(*lines: str) -> Says:
    return Says("```bash\n" + "\n".join(lines) + "\n```\n")


HEART = "c4n4ry5in65in6in6"
CANARY = f"sk-proj-{HEART}0123456789"
NAMES = ("INTERPRETER_API_KEY", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "HF_TOKEN", "MY_OWN_API_KEY", "JUPYTER_TOKEN")

LOOKS = bash(
    "env", "cat /proc/self/environ | tr '\\0' '\\n'", "set", "declare -p", "python3 -c 'import os; print(os.environ)'"
)
BREAKS = code("import os", "print(dict(os.environ))", "raise RuntimeError(str(os.environ))")
DIES = code("import os", "print(os.environ, flush=True)", "os.abort()")
ECHO = f"Incorrect API key provided: {CANARY}. You sent Authorization: Bearer {CANARY}"
FORMS = ("ipynb", "markdown", "html", "json", "python", "chat-jsonl")


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Everything that the program may write to is below one folder, in which nothing of the key is afterwards."""
    for name in ("work", "tmp"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    for name in NAMES:
        monkeypatch.setenv(name, CANARY)
    yield tmp_path
    assert [path for path in tmp_path.rglob("*") if path.is_file() and is_in(path.read_bytes())] == []


def is_in(data: bytes) -> bool:
    """Whether something of the key is there, as it is or in a form that it could be read from."""
    heart = HEART.encode()
    forms = [heart, heart.hex().encode(), *(base64.b64encode(b"x" * n + heart)[4:-4] for n in range(3))]
    return any(form in data for form in forms)


def clean(*arguments: str, **more) -> int:
    """Let the program run; its exit code, once nothing of the key was in what it said."""
    done = run(*arguments, **more)
    assert not is_in(f"{done.stdout}{done.stderr}".encode()), done
    return done.returncode


def test_the_search_would_find_the_key():
    assert is_in(f"a{CANARY}b".encode()) and is_in(base64.b64encode(f"ab {CANARY}".encode()))
    assert not is_in(b"sk-proj-another")


@pytest.mark.parametrize("flags", [(), ("--json",), ("-v",), ("--plain", "-v")], ids=" ".join)
def test_of_a_turn_that_looks_everywhere_nothing_is_shown_or_kept(flags):
    with ScriptedServer(LOOKS, BREAKS, DIES, Says("Done.")) as server:
        assert clean(*at(server), "-y", "--sandbox", "none", *flags, "go") == 0
        assert server.headers[0]["authorization"] == f"Bearer {CANARY}"
        assert not is_in(json.dumps(server.requests).encode())


@pytest.mark.parametrize(
    "reply",
    [
        Refuses(401, ECHO),
        Refuses(400, ECHO),
        Fails(403, f"<html>{ECHO}</html>"),
        Fails(418, {"error": {"message": ECHO, "code": CANARY}, CANARY: 1}),
        Cuts(f"It is {CANARY[:4]}"),
    ],
    ids=["401", "400", "HTML", "another", "cut"],
)
def test_of_a_server_that_tells_the_key_back_nothing_is_repeated(reply):
    with ScriptedServer(reply) as server:
        for flags in ((), ("-v",), ("--json", "-v")):
            assert clean(*at(server), "-y", "--sandbox", "none", *flags, "go") in (1, 2)


def test_of_a_conversation_that_has_the_key_in_it_nothing_is_kept_or_exported(tmp_path):
    """Whoever pastes a key sees it on the screen: there he has put it himself. It goes no further than to the model."""
    held = code(f"key = '{CANARY}'", "key")
    with ScriptedServer(held, Says(f"You said {CANARY}.")) as server:
        run(*at(server), "-y", "--sandbox", "none", f"Use {CANARY}")
    assert clean("sessions") == clean("sessions", "show", "latest") == clean("sessions", "--json") == 0
    assert clean("sessions", "search", "Use") == 0
    assert clean("log") == clean("log", "--json") == 0
    for form in FORMS:
        assert clean("sessions", "export", "latest", "--format", form, "-o", str(tmp_path / "work")) == 0
    assert len(list((tmp_path / "work").iterdir())) == len(FORMS)


def test_what_lists_and_looks_tells_names_and_never_the_key():
    for words in (
        ["doctor", "--quick"],
        ["doctor", "--quick", "--json"],
        ["models"],
        ["models", "--json"],
        ["kernels"],
    ):
        clean(*words)
    for words in (
        ["config"],
        ["config", "--json"],
        ["config", "show"],
        ["--version"],
        ["--help"],
        ["-v", "--cwd", "/no", "x"],
    ):
        clean(*words)


def test_a_program_that_is_killed_in_the_middle_of_a_block_leaves_nothing(tmp_path):
    begun = code("import os, time", "print(os.environ)", "open('begun', 'w')", "time.sleep(600)")
    with ScriptedServer(begun) as server, start(*at(server), "-y", "--sandbox", "none", "go") as process:
        process.stdin.close()
        assert eventually((tmp_path / "work" / "begun").exists, PATIENCE)
        process.send_signal(signal.SIGKILL)


def test_a_chat_with_everything_in_it_shows_and_keeps_nothing():
    with ScriptedServer(LOOKS, Refuses(401, ECHO)) as server, Person(*at(server), "-v") as person:
        person.says("go").sees(QUESTION).types("y").sees("Incorrect API key")
        person.says("!env").says("%info").says("%vars").says("%export markdown").says("%model")
        assert person.leaves() == 0
        assert not is_in(person.raw.encode())


def test_the_library_raises_and_reports_nothing_of_it(tmp_path):
    with ScriptedServer(LOOKS, BREAKS, Refuses(401, ECHO)) as server:
        with OpenInterpreter(model="test", api_base=server.url, auto_run=True, sandbox="none") as agent:
            with pytest.raises(InterpreterError) as raised:
                agent.execute("go")
            assert not is_in(f"{raised.value}{raised.value.hint}{agent.messages}".encode())
            assert not is_in(f"{agent.run('bash', 'env').outputs}{agent.variables()}".encode())
    assert os.environ["OPENAI_API_KEY"] == CANARY
