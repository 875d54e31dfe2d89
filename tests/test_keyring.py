"""A provider's key in the system's keyring: kept, used, deleted, and never shown or written elsewhere."""

import json
from pathlib import Path

import pytest

from interpreter import OpenInterpreter
from tests.conftest import program_without
from tests.scripted_server import Says, ScriptedServer
from tests.terminal.person import Person
from tests.test_cli import at, code, is_two_clear_lines, run
from tests.wires import ANTHROPIC

ROOT = Path(__file__).parent.parent
KEY = "sk-the-key-of-the-keyring"


@pytest.fixture(autouse=True)
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The keyring's file, outside of what the program writes to."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.keyring_backend.FileKeyring")
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "keyring.json"))
    return tmp_path / "keyring.json"


def kept(keyring: Path) -> dict[str, str]:
    kept: dict[str, str] = json.loads(keyring.read_text())
    return kept


def is_written_by_us(home: Path) -> bool:
    return any(KEY.encode() in path.read_bytes() for path in home.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", ["openai", "OpenAI", "OPENAI_API_KEY"])
def test_a_key_is_kept_under_its_provider_or_its_variable_and_deleted_again(home, keyring, name):
    done = run("models", "key", name, stdin=f"{KEY}\n".encode())
    assert done.returncode == 0 and KEY not in done.stdout + done.stderr
    assert "OPENAI_API_KEY is in the keyring now (the keyring of tests)" in done.stdout
    assert kept(keyring) == {"interpreter OPENAI_API_KEY": KEY}
    assert not is_written_by_us(home) and (home / "data" / "keys.json").stat().st_mode & 0o077 == 0
    assert "not in the keyring any more" in run("models", "key", name, "--delete").stdout
    assert kept(keyring) == {} and json.loads((home / "data" / "keys.json").read_text()) == []
    assert "was not in the keyring" in run("models", "key", name, "--delete").stdout


def test_at_a_terminal_it_is_asked_for_and_not_shown(keyring):
    with Person("models", "key", "anthropic") as person:
        person.sees("ANTHROPIC_API_KEY (it is not shown): ").waits(0.3).types(f"{KEY}\r").sees("is in the keyring now")
        assert person.exit_code() == 0 and KEY not in person.raw
    assert kept(keyring) == {"interpreter ANTHROPIC_API_KEY": KEY}


def test_the_doctor_and_the_lists_know_of_it_and_tell_its_name_alone():
    run("models", "key", "openai", stdin=KEY.encode())
    doctor = run("doctor", "--quick")
    assert "OPENAI_API_KEY (in the keyring)" in doctor.stdout
    assert "openai" in run("models", "--json").stdout
    assert KEY not in "".join(f"{each.stdout}{each.stderr}" for each in (doctor, run("models"), run("config")))


def test_code_does_not_see_it_and_nothing_of_it_is_kept_even_if_it_is_said(home):
    run("models", "key", "openai", stdin=KEY.encode())
    look = code("import os", f"print({KEY[:-1]!r} in str(os.environ), 'OPENAI_API_KEY' in os.environ)")
    with ScriptedServer(look, Says(f"It is {KEY}.")) as server:
        done = run(*at(server), "-y", "--sandbox", "none", f"use {KEY}")
    assert "False False" in done.stdout
    assert not is_written_by_us(home)


def test_a_variable_that_is_set_comes_first_and_the_keyring_stays_closed(monkeypatch):
    run("models", "key", "openai", stdin=KEY.encode())
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    done = run("doctor", "--quick")
    assert "OPENAI_API_KEY" in done.stdout and "keyring" not in done.stdout


def test_a_keyring_that_cannot_be_opened_is_said_and_keeps_nobody_from_working(monkeypatch):
    run("models", "key", "openai", stdin=KEY.encode())
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    with ScriptedServer(Says("Hello.")) as server:
        done = run(*at(server), "go")
        with pytest.warns(UserWarning, match="OPENAI_API_KEY is not there: The keyring cannot be used"):
            OpenInterpreter(model="test", api_base=server.url, auto_run=True, sandbox="none").close()
    assert done.returncode == 0 and "OPENAI_API_KEY is not there: The keyring cannot be used" in done.stderr


@pytest.mark.parametrize(
    ("backend", "says"),
    [("keyring.backends.null.Keyring", "keeps nothing"), ("keyring.backends.fail.Keyring", "cannot be used")],
)
def test_a_keyring_that_keeps_nothing_is_no_success(home, monkeypatch, backend, says):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    done = run("models", "key", "openai", stdin=KEY.encode())
    assert done.returncode == 1 and says in done.stderr and is_two_clear_lines(done.stderr)
    assert not (home / "data" / "keys.json").exists()


@pytest.mark.parametrize(
    ("words", "typed"), [(["nobody"], KEY), (["openai"], ""), (["openai"], "two words"), (["openai"], "a\nb")]
)
def test_what_is_no_provider_or_no_key_is_said_in_two_lines(words, typed):
    done = run("models", "key", *words, stdin=typed.encode())
    assert done.returncode == 2 and is_two_clear_lines(done.stderr)


def test_without_the_extra_it_says_how_to_get_it(tmp_path):
    program = program_without("keyring", tmp_path / "site")
    done = run("models", "key", "openai", stdin=KEY.encode(), program=program)
    assert done.returncode == 1 and "kernel-interpreter[keyring]" in done.stderr and is_two_clear_lines(done.stderr)


def test_it_opens_the_provider(monkeypatch):
    run("models", "key", "anthropic", stdin=KEY.encode())
    with ScriptedServer(Says("Hello."), wire=ANTHROPIC) as server:
        monkeypatch.setenv("ANTHROPIC_API_BASE", server.url)
        done = run("-m", "anthropic/claude-sonnet-5-5", "go")
        assert done.returncode == 0 and done.stdout.strip() == "Hello.", done.stderr
        assert server.headers[0]["x-api-key"] == KEY
