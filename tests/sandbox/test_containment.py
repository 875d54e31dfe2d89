"""What code in a box cannot reach, tried for real; where a kind of box cannot work, that is printed."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from interpreter.sandbox.box import Box, Kind
from interpreter.sandbox.choose import made
from interpreter.sandbox.containment import KEY, ROWS, SCRIPT, Canary, broken, not_stopped
from interpreter.sandbox.environment import environment_in_box
from interpreter.sandbox.programs import program_folders
from interpreter.sandbox.rights import Limits, Rights
from interpreter.sandbox.undumpable import close_memory
from tests.sandbox.machine import kind_that_works

KINDS: tuple[Kind, ...] = ("bubblewrap", "landlock")


@pytest.fixture
def canary() -> Iterator[Canary]:
    # Where the agent closes its memory, as the program does when it starts.
    close_memory()
    with Canary() as ready:
        yield ready


def tried(kind: Kind, canary: Canary, tmp_path: Path, **rights) -> dict[str, str]:
    """What came of every attempt in a box of this kind."""
    given = {"programs": (*program_folders([sys.executable], Path.home()), SCRIPT), **rights}
    allowed = Rights(canary.folder, tmp_path / "state", **given)
    allowed.state.mkdir()
    box = made(kind, allowed, Limits())
    assert box is not None
    box.prepare()
    try:
        return canary.results(ran(box, allowed, canary, tmp_path))
    finally:
        box.close()


def ran(box: Box, rights: Rights, canary: Canary, tmp_path: Path) -> str:
    kernel = tmp_path / "kernel"
    kernel.mkdir()
    (kernel / "connection.json").write_text('{"transport": "ipc"}')
    command = [sys.executable, "-I", "-S", str(SCRIPT), json.dumps(canary.targets())]
    environment = environment_in_box({**os.environ, KEY: "sk-canary-canary"}, box, rights, ())
    done = subprocess.run(
        box.confine(command, kernel), cwd=canary.folder, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_a_box_denies_all_that_it_promises_to(kind, canary, tmp_path):
    kind_that_works(kind)
    results = tried(kind, canary, tmp_path)
    assert broken(kind, results) == []
    assert {row for row in ROWS if results[row] != "denied"} <= not_stopped(kind)


def test_without_a_box_everything_is_reached(canary, tmp_path):
    command = [sys.executable, "-I", "-S", str(SCRIPT), json.dumps(canary.targets())]
    environment = {**os.environ, KEY: "sk-canary-canary"}
    printed = subprocess.run(command, cwd=canary.folder, env=environment, capture_output=True, text=True).stdout
    results = canary.results(printed)
    # A system may forbid namespaces to everybody.
    assert {row for row in ROWS if results[row] == "denied"} <= {"namespace"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_that_is_given_is_all_that_is_given(kind, canary, tmp_path):
    kind_that_works(kind)
    home = Path(canary.targets()["home"])
    results = tried(kind, canary, tmp_path, network=True, read_by_user=(home,))
    assert results["home"] == "read 7 bytes"
    assert results["tcp"] == "reached" and results["udp"] == "reached"
    assert {row for row in ("outside", "proc", "kill", "key") if results[row] != "denied"} == set()


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="takes root and setpriv")
def test_an_ordinary_user_has_the_same_box(tmp_path):
    """Runs the first of these tests again as the user `nobody`."""
    for kind in KINDS:
        kind_that_works(kind)
    with tempfile.TemporaryDirectory(prefix="itp-") as place:
        home = Path(place)
        home.chmod(0o777)
        done = as_nobody(home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def as_nobody(home: Path) -> "subprocess.CompletedProcess[str]":
    command = [
        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable, "-B", "-m", "pytest", "-q", "-x",
        "-p", "no:cacheprovider", f"--basetemp={home / 'theirs'}", "-k", "denies_all", __file__,
    ]  # fmt: skip
    environment = {**os.environ, "HOME": str(home)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240)
