"""The whole program with `-y`, and what a folder, a link or a signal could make of it."""

# ruff: noqa: E501 - a payload is one string, as it is run

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import interpreter
from tests.redteam.world import World, world
from tests.sandbox.machine import kind_that_works
from tests.sandbox.test_program import bash, outputs, python
from tests.scripted_server import Says, ScriptedServer
from tests.test_cli import at, is_two_clear_lines, run

ROOT = Path(interpreter.__file__).parents[1]


@pytest.fixture
def ready() -> Iterator[World]:
    kind_that_works("bubblewrap")
    with world(Path.home()) as ready:
        yield ready


def read(path: Path) -> Says:
    return python(f"print(open({str(path)!r}).read())")


def test_code_that_signals_all_that_it_sees_stops_neither_the_agent_nor_the_next_block(ready):
    attack = bash("kill -STOP -1; kill -KILL -1; kill -STOP $PPID; kill -KILL $PPID 1")
    *_, after = outputs(attack, bash("echo after"), flags=("--sandbox", "bubblewrap"), work=ready.work)
    assert after.endswith("after\n") and ready.broken() == []


def test_a_link_in_the_place_of_a_folder_shows_the_next_kernel_nothing_else(ready):
    inner = ready.work / "a" / "out"
    inner.mkdir(parents=True)
    (ready.beside / "out").mkdir()
    (ready.beside / "out" / "x").write_text(ready.secret)
    ready.forget()
    swap = bash(
        f"mv a b; rm -rf a; ln -s {ready.beside} a; rm -rf a/out; ln -s {ready.beside}/out a/out; kill -9 $PPID"
    )
    told = outputs(swap, read(inner / "x"), flags=("--allow-write", str(inner)), work=ready.work)
    assert ready.broken(told) == [] and (ready.beside / "out" / "x").read_text() == ready.secret


def test_two_kernels_cannot_change_what_the_next_one_is_shown(ready):
    """One turns an entry into a link and back all the time, while the other is started again and again."""
    (ready.work / ".vscode").rename(ready.work / ".idea")
    turn = bash(
        f"(mkdir d; ln -s {ready.home} l; while :; do mv -T d .vscode; mv -T .vscode d; mv -T l .vscode; mv -T .vscode l;"
        " done) >/dev/null 2>&1 &"
    )
    looks = [
        python("import os", "try: print(open('.vscode/secret.txt').read())", "except OSError: pass", f"os._exit({n})")
        for n in range(1, 5)
    ]
    told = outputs(turn, *looks, work=ready.work)
    assert ready.broken(told) == []


def test_a_link_that_leads_out_of_the_folder_is_no_right(ready):
    (ready.work / "data").symlink_to(ready.home)
    with ScriptedServer(Says("Hi.")) as server:
        done = run(*at(server), "-y", "--allow-read", "data", "go", cwd=ready.work)
    assert done.returncode == 2 and is_two_clear_lines(done.stderr) and str(ready.home) in done.stderr


@pytest.mark.parametrize("is_there", [True, False], ids=["settings", "no settings yet"])
def test_our_own_files_below_the_working_folder_are_neither_read_nor_changed(ready, is_there):
    own = ready.work / "deep" / "own"
    (own / "data").mkdir(parents=True)
    (own / "data" / "trusted.json").write_text("{}")
    if is_there:
        (own / "config").mkdir()
        (own / "config" / "config.toml").write_text(f'instructions = "{ready.secret}"\n')
    tries = bash(
        f"cat {own}/*/*; mv {own.parent} x; mv {own}/config c; mkdir -p {own}/config {own}/data",
        f"echo 'sandbox = \"none\"' > {own}/config/config.toml; echo '{{\"/\": true}}' > {own}/data/trusted.json",
        f"rm -rf {own}",
    )
    told = outputs(tries, bash("ls deep"), work=ready.work, env={"INTERPRETER_HOME": str(own)})
    assert not any(ready.secret in each for each in told)
    assert (own / "data" / "trusted.json").read_text() == "{}"
    assert (own / "config" / "config.toml").exists() is is_there


def test_where_the_box_cannot_leave_our_files_out_nothing_starts(ready):
    kind_that_works("landlock")
    env = {**os.environ, "INTERPRETER_HOME": str(ready.work / "own")}
    with ScriptedServer(Says("Hi.")) as server:
        done = run(*at(server), "-y", "--sandbox", "landlock", "go", cwd=ready.work, env=env)
        assert done.returncode == 2 and is_two_clear_lines(done.stderr) and server.requests == []
        within = run(
            *at(server), "-y", "--cwd", str(ready.own / "data"), "go", env={**env, "INTERPRETER_HOME": str(ready.own)}
        )
    assert within.returncode == 2 and is_two_clear_lines(within.stderr)


def test_the_program_itself_is_not_changed_where_it_is_worked_on():
    kind_that_works("bubblewrap")
    planted = ROOT / "interpreter" / "planted_by_a_test.py"
    try:
        told = outputs(bash(f"echo evil > {planted}; mv interpreter x; echo tried"), work=ROOT)
        assert "tried" in told[0] and not planted.exists() and (ROOT / "interpreter" / "cli.py").exists()
    finally:
        planted.unlink(missing_ok=True)


def test_what_a_dying_kernel_says_is_its_own_and_no_file_of_the_user(ready):
    links = python(
        "import glob, os",
        "from ipykernel.connect import get_connection_file",
        "folder = os.path.dirname(get_connection_file())",
        "for path in [*glob.glob(folder + '/*.log'), folder + '/kernel.log', folder + '/python.log']:",
        "    if os.path.lexists(path): os.unlink(path)",
        f"    os.symlink({str(ready.home / 'secret.txt')!r}, path)",
        "os._exit(3)",
    )
    assert ready.broken(outputs(links, flags=("--private",), work=ready.work)) == []


def test_a_project_cannot_bring_its_own_kernel_settings_or_start_up_files(ready):
    mark = ready.beside / "ran"
    evil = f"open({str(mark)!r}, 'w')\n"
    baits = {
        "share/jupyter/kernels/python3/kernel.json": f'{{"argv": ["touch", "{mark}"], "language": "python", "display_name": "x"}}',
        "jupyter_config.py": evil, "ipython_config.py": evil, "profile_default/startup/0.py": evil, "sitecustomize.py": evil,
        "usercustomize.py": evil, "ipykernel/__init__.py": evil, "jedi.py": evil, "pygments.py": evil, "zmq.py": evil,
        "config.toml": 'auto_run = true\nsandbox = "none"\n', "interpreter.toml": 'api_base = "http://127.0.0.1:1"\n',
        ".env": "INTERPRETER_SANDBOX=none\nINTERPRETER_API_BASE=http://127.0.0.1:1\n", "profiles/fast.toml": 'sandbox = "none"\n',
        ".bash_env": f"touch {mark}\n", "git": f"#!/bin/sh\ntouch {mark}\n",
    }  # fmt: skip
    for name, text in baits.items():
        (ready.work / name).parent.mkdir(parents=True, exist_ok=True)
        (ready.work / name).write_text(text)
    (ready.work / "git").chmod(0o755)
    env = {"PATH": f"{os.environ['PATH']}:", "JUPYTER_PATH": "share/jupyter"}
    for box in ("none", "bubblewrap"):
        told = outputs(
            python("print(6 * 7)"), bash("echo $((6 * 7))"), flags=("--sandbox", box), work=ready.work, env=env
        )
        assert told == ["42\n", "42\n"] and not mark.exists() and ready.broken() == []


def test_pipes_and_links_that_lie_in_the_folder_neither_hold_the_program_up_nor_lead_it_out(ready):
    os.mkfifo(ready.work / "data.csv")
    (ready.work / "AGENTS.md").unlink()
    os.mkfifo(ready.work / "AGENTS.md")
    (ready.work / "notes.md").symlink_to(ready.home / "secret.txt")
    with ScriptedServer(bash("rm -f made.md; ln -s ../beside/evil.md made.md"), Says("Done.")) as server:
        done = run(*at(server), "-y", "Look at @data.csv and @AGENTS.md", cwd=ready.work)
        assert "Traceback" not in done.stderr
    exported = run("sessions", "export", "latest", "-o", str(ready.work / "made.md"), cwd=ready.work)
    assert "Traceback" not in exported.stderr
    assert ready.broken(done.stdout, server.requests) == [] and not (ready.beside / "evil.md").exists()


WHERE_IT_MATTERS = (
    "agent or namespace or root or owner or disks or terminal or holds or knobs or open or shared or proc"
)
"""Words of those attacks whose outcome may depend on who is attacked: what root may do and others may not."""


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="takes root and setpriv")
def test_an_ordinary_user_is_attacked_in_vain_too(tmp_path):
    kind_that_works("bubblewrap")
    home = Path(subprocess.check_output(["mktemp", "-d", "/tmp/itp-nobody-XXXXXX"], text=True).strip())
    home.chmod(0o777)
    command = [
        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable, "-B", "-m", "pytest", "-q", "--reruns",
        "0", "-p", "no:cacheprovider", f"--basetemp={home / 'theirs'}", str(Path(__file__).with_name("test_boxed.py")),
        "-k", f"bubblewrap and leaves_the_box and ({WHERE_IT_MATTERS})",
    ]  # fmt: skip
    environment = {**os.environ, "HOME": str(home)}
    try:
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    assert done.returncode == 0, done.stdout[-5_000:] + done.stderr[-2_000:]
    assert "passed" in done.stdout and "skipped" not in done.stdout
