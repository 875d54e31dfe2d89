"""The offer to install ipykernel, the question about a folder's environment, and what the chat says at its start."""

import os
import sys
from pathlib import Path

import pytest

from interpreter.storage.trust import Trust
from tests.environments import SITE, make_environment, python_of, site_of
from tests.scripted_server import Says
from tests.terminal.test_chat_tty import DONE, QUESTION, code, sits_down

OFFER = "[y]es / [n]o "
WHERE = code("import sys", "print('in', sys.prefix)")
VERSION = f"Python {sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def chats(*arguments: str, active: Path | None = None, replies: tuple[Says, ...] = (WHERE, DONE)):
    environment = {"VIRTUAL_ENV": str(active)} if active else {}
    return sits_down(*replies, arguments=arguments, environment=environment, columns=200)


@pytest.mark.parametrize("why", ["active environment", "--python", ".venv of this folder"])
def test_yes_installs_ipykernel_and_code_runs_there(tmp_path, work, home, why):
    folder = work / ".venv" if why == ".venv of this folder" else tmp_path / "env"
    made = make_environment(folder, has_ipykernel=False, pip=0)
    Trust(home / "data" / "trusted.json").remember(work, trusted=True)
    arguments = ("--python", str(made)) if why == "--python" else ()
    with chats(*arguments, active=made if why == "active environment" else None) as (person, _):
        person.sees(f"{made} ({why}) lacks ipykernel", f"{python_of(made)} -m pip install ipykernel", OFFER).types("y")
        person.sees("installing install ipykernel", f"{VERSION} ({why})")
        person.says("where?").sees(QUESTION).types("y").sees(f"in {made}", "All done.")
        assert person.leaves() == 0


@pytest.mark.parametrize("key", ["n", "\r", "x", "\x1b"])
def test_no_runs_code_in_our_own_python_and_says_so(tmp_path, key):
    made = make_environment(tmp_path / "env", has_ipykernel=False, pip=0)
    with chats(active=made) as (person, _):
        person.sees(OFFER).types(key).sees("no\n", "lacks ipykernel, so code runs in", "To change that: ")
        person.sees(f"{VERSION} (Interpreter's own)")
        person.says("where?").sees(QUESTION).types("y").sees(f"in {sys.prefix}", "All done.")
        assert person.leaves() == 0
    assert not (site_of(made) / "ours.pth").exists()


def test_no_to_what_was_named_is_an_error(tmp_path):
    made = make_environment(tmp_path / "env", has_ipykernel=False, pip=0)
    with chats("--python", str(made)) as (person, server):
        person.sees(OFFER).types("n").sees("no\n", "Error: ", "has no ipykernel", "Get it with: ")
        assert person.exit_code() == 2
        assert server.requests == []


@pytest.mark.parametrize("is_named", [True, False])
def test_an_installation_that_fails_is_shown_and_counts_as_no(tmp_path, is_named):
    made = make_environment(tmp_path / "env", has_ipykernel=False, pip=1)
    (site_of(made) / "pip" / "__main__.py").write_text("print('no network today'); raise SystemExit(1)")
    with chats(*(("--python", str(made)) if is_named else ()), active=None if is_named else made) as (person, _):
        person.sees(OFFER).types("y").sees("no network today")
        if is_named:
            person.sees("Error: ", "has no ipykernel")
            assert person.exit_code() == 2
        else:
            person.sees("lacks ipykernel, so code runs in")
            assert person.leaves() == 0


@pytest.mark.parametrize("at", ["question", "installation"])
def test_ctrl_c_leaves_and_nothing_goes_on(tmp_path, at):
    made = make_environment(tmp_path / "env", has_ipykernel=False, pip=0)
    (site_of(made) / "pip" / "__main__.py").write_text("import time; print('begun', flush=True); time.sleep(600)")
    with chats(active=made) as (person, _):
        person.sees(OFFER)
        if at == "installation":
            person.types("y").sees("begun")
        person.presses_ctrl("c")
        assert person.exit_code() == 130


def test_uv_is_run_where_there_is_no_pip(tmp_path):
    made = make_environment(tmp_path / "env", has_ipykernel=False)
    (tmp_path / "bin").mkdir()
    uv = tmp_path / "bin" / "uv"
    ours = f"echo {SITE} > {site_of(made)}/ours.pth"
    uv.write_text(f"#!/bin/sh\necho uv got $*\n{ours}\n")
    uv.chmod(0o700)
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    with sits_down(DONE, environment={"VIRTUAL_ENV": str(made), "PATH": path}, columns=250) as (person, _):
        person.sees(OFFER).types("y").sees(f"uv got pip install --python {python_of(made)} ipykernel")
        assert person.leaves() == 0


def test_with_neither_pip_nor_uv_nothing_is_asked_and_the_way_is_told(tmp_path):
    made = make_environment(tmp_path / "env", has_ipykernel=False)
    with sits_down(DONE, environment={"VIRTUAL_ENV": str(made), "PATH": "/bin"}, columns=250) as (person, _):
        person.sees("lacks ipykernel, so code runs in", "ensurepip")
        assert person.leaves() == 0
        assert OFFER not in person.screen


def test_with_auto_run_nothing_is_asked(tmp_path):
    made = make_environment(tmp_path / "env", has_ipykernel=False, pip=0)
    with chats("-y", active=made) as (person, _):
        person.sees("lacks ipykernel, so code runs in", "Auto-run")
        assert person.leaves() == 0
        assert OFFER not in person.screen


@pytest.mark.parametrize(("key", "why"), [("y", ".venv of this folder"), ("n", "Interpreter's own")])
def test_an_environment_in_the_folder_is_asked_about_once(work, key, why):
    make_environment(work / ".venv")
    for number in range(2):
        with chats() as (person, _):
            if number == 0:
                person.sees(f"There is an environment (.venv) in {work}.", "if you trust it", OFFER).types(key)
            person.sees(f"{VERSION} ({why})")
            assert person.leaves() == 0
            assert ("if you trust it" in person.screen) is (number == 0)


def test_the_chat_says_at_its_start_in_which_python_code_runs(tmp_path):
    made = make_environment(tmp_path / "env")
    with chats(active=made) as (person, _):
        person.sees(f"{VERSION} (active environment)")
        person.says("where?").sees(QUESTION).types("y").sees(f"in {made}", "All done.")
        assert person.leaves() == 0
