"""A folder full of baits: before it is trusted, nothing of it is read or run, as the system's own calls show."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from interpreter.sandbox.choose import find_box
from interpreter.storage.trust import Trust
from tests.baits import lay
from tests.scripted_server import Says, ScriptedServer
from tests.terminal.person import PROGRAM, Person
from tests.wires import ANTHROPIC

STRACE = shutil.which("strace")


def why_not_traced() -> str:
    """Why nothing can be traced on this machine, empty where it can."""
    if STRACE is None:
        return "strace is not installed: python3 -m tests.languages --install"
    tried = subprocess.run([STRACE, "-f", "--seccomp-bpf", "-qq", "true"], capture_output=True, text=True)
    return "" if tried.returncode == 0 else f"strace does not work on this machine: {tried.stderr.strip()[-200:]}"


pytestmark = pytest.mark.skipif(bool(why_not_traced()), reason=f"BAITS NOT TESTED HERE: {why_not_traced()}")

OURS = str(Path(sys.executable).with_name("interpreter"))
"""The program as people start it: `python -m interpreter` imports from the folder before a line of ours runs."""
OPENED = re.compile(r"= \d+<([^>]*)>\s*$")
STARTED = re.compile(r"^(\d+) +execve(?:at)?\(.*?\"([^\"]*)\"")
PATIENCE = 240


def block(language: str, *lines: str) -> Says:
    return Says(f"```{language}\n" + "\n".join(lines) + "\n```\n")


PYTHON = block("python", "import email, random, numpy", "print(6 * 7)", "random?")
SHELL = block("bash", "echo hi; cd .; pwd; type git")
JAVASCRIPT = block("javascript", "console.log(Deno.cwd().endsWith('work'))")
R = block("r", "cat(basename(getwd()))")
LANGUAGES = [PYTHON, SHELL, JAVASCRIPT, *([R] if Path("/usr/lib/R/site-library/IRkernel").exists() else [])]
DONE = Says("Done.")


class Folder:
    """The folder, what was opened of it or run from it by whom, and the marks of what ran."""

    def __init__(self, tmp_path: Path) -> None:
        self.path, self.marks, self.trace = tmp_path / "work", tmp_path / "marks", tmp_path / "trace"
        self.path.mkdir()
        lay(self.path, self.marks)

    @property
    def tracer(self) -> list[str]:
        calls = "trace=open,openat,openat2,execve,execveat"
        return [str(STRACE), "-f", "--seccomp-bpf", "-y", "-qq", "-e", calls, "-o", str(self.trace)]

    def run(self, *argv: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run a command in the folder, with every file noted that it or a child of it opens."""
        return subprocess.run(
            [*self.tracer, *argv],
            cwd=self.path,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def touched(self) -> list[tuple[str, str]]:
        """What was read of the folder, or run from it, and the program that did so."""
        programs: dict[str, str] = {}
        touched = []
        for line in self.trace.read_text(errors="replace").splitlines():
            process = line.split(maxsplit=1)[0]
            if started := STARTED.match(line):
                programs[process] = started.group(2)
                if (self.path / started.group(2)).is_relative_to(self.path) and line.endswith("= 0"):
                    touched.append((programs[process], started.group(2)))
            # What is opened as a place, to be mounted, is not read.
            elif (opened := OPENED.search(line)) and "O_PATH" not in line and self._is_file(opened.group(1)):
                touched.append((programs.get(process, ""), opened.group(1)))
        return touched

    def _is_file(self, path: str) -> bool:
        return path.startswith(f"{self.path}/") and Path(path).is_file()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    folder = Folder(tmp_path)
    yield folder
    assert list(folder.marks.iterdir()) == []


def at(server: ScriptedServer, *more: str) -> list[str]:
    return [OURS, "--model", "test", "--api-base", server.url, *more, "go"]


@pytest.mark.parametrize("box", ["none", "bubblewrap", "landlock"])
def test_nothing_is_read_or_run_in_a_turn_with_every_language(folder, box):
    if box != "none" and find_box(box).kind is None:
        pytest.skip(f"{box} does not work on this machine")
    with ScriptedServer(*LANGUAGES, DONE) as server:
        done = folder.run(*at(server, "-y", "--sandbox", box, "--private"))
        said = str(server.requests[-1]["messages"])
    assert done.returncode == 0 and "42" in said and "true" in said, done.stdout + done.stderr
    assert len(LANGUAGES) < 4 or "work" in said
    assert folder.touched() == []


def test_nothing_is_read_or_run_in_a_chat_where_the_question_is_not_answered(folder):
    program = f"shift {len(PROGRAM)}; exec {' '.join(folder.tracer)} {OURS} {{}}"
    with ScriptedServer(PYTHON, DONE) as server:
        arguments = ("--model", "test", "--api-base", server.url, "--private")
        with Person(*arguments, cwd=folder.path, shell=program, columns=120) as person:
            person.sees("Trust the files in this folder?").types("x")
            person.says("go").sees("Run this code?").types("y").sees("42", "Done.")
            person.says("!echo hi").sees("hi").says("%info").says("%vars").sees_prompt()
            person.types("!gi\t").waits(1).presses_ctrl("u").types("%profile ca\t").waits(1).presses_ctrl("u").types(
                "\r"
            )
            assert person.leaves() == 0
    assert folder.touched() == []


def test_nothing_is_read_or_run_where_a_library_of_a_provider_is_imported(folder):
    look = "from interpreter import execute; print(execute('go', model='anthropic/claude-sonnet-5-5', {}))"
    with ScriptedServer(PYTHON, DONE, wire=ANTHROPIC) as server:
        code = look.format("auto_run=True, private=True, sandbox='none'")
        own = {"ANTHROPIC_API_BASE": server.url, "ANTHROPIC_API_KEY": "sk-of-a-test"}
        done = folder.run(sys.executable, "-P", "-c", code, **own)
    assert done.stdout.strip().startswith("Done."), done.stderr
    assert folder.touched() == []


@pytest.mark.parametrize(
    "words",
    ["doctor", "models", "kernels", "config", "config path", "sessions", "log", "--help", "--completion bash"],
)
def test_nothing_is_read_or_run_by_what_only_looks(folder, words):
    done = folder.run(OURS, *words.split())
    assert "Traceback" not in done.stderr
    assert folder.touched() == []


def test_what_undo_keeps_is_read_as_bytes_by_our_git_alone_and_nothing_is_run(folder):
    with ScriptedServer(PYTHON, block("python", "open('new.txt', 'w')"), DONE) as server:
        done = folder.run(*at(server, "-y", "--sandbox", "none"))
    assert done.returncode == 0, done.stderr
    # The code itself makes a file, so that there is something to keep.
    touched = [(program, path) for program, path in folder.touched() if not path.endswith("/new.txt")]
    assert {Path(program).name for program, _ in touched} <= {"git"}
    assert touched and not any(path.startswith(f"{folder.path}/.git/") for _, path in touched)


def test_a_remembered_yes_of_the_folder_itself_is_what_changes_that(folder, tmp_path, home):
    """The other side of the same look: it would see what is read."""
    link = tmp_path / "link"
    link.symlink_to(folder.path)
    # Whose Python would be used from now on.
    shutil.rmtree(folder.path / ".venv")
    Trust(home / "data" / "trusted.json").remember(link, trusted=True)
    with ScriptedServer(DONE) as server:
        assert folder.run(*at(server, "--private")).returncode == 0
        assert "Dutch" in str(server.requests[0]["messages"])
    assert [path for _, path in folder.touched()] == [f"{folder.path}/AGENTS.md"]


def test_a_link_that_was_turned_to_the_baits_is_not_the_folder_that_was_trusted(folder, tmp_path, home):
    link, good = tmp_path / "link", tmp_path / "good"
    good.mkdir()
    link.symlink_to(good)
    Trust(home / "data" / "trusted.json").remember(link, trusted=True)
    link.unlink()
    link.symlink_to(folder.path)
    with ScriptedServer(PYTHON, DONE) as server:
        done = folder.run(*at(server, "-y", "--sandbox", "none", "--private", "--cwd", str(link)))
        assert done.returncode == 0 and "Dutch" not in str(server.requests), done.stderr
    assert folder.touched() == []
