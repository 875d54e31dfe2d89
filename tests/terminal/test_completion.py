"""The completion scripts, tried in the shells themselves."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from interpreter.cli import SUBCOMMANDS as RESERVED
from interpreter.flags import SHELLS, main_parser
from interpreter.terminal.completion import script
from interpreter.terminal.subcommands import PARSERS, SUBCOMMANDS

PATIENCE = 30
"""Seconds until a shell that does not answer is taken for a hang."""

MAIN_FLAGS = {name for action in main_parser()._actions for name in action.option_strings}


def needs(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"NOT TESTED HERE: {shell} is not installed, so nobody tried its completion")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the person stands: a model, another file, a folder."""
    work = tmp_path / "work"
    (work / "some dir").mkdir(parents=True)
    for name in ("my model.gguf", "notes.txt"):
        (work / name).touch()
    monkeypatch.chdir(work)
    return work


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    needs(request.param)
    return str(request.param)


def in_bash(line: str) -> set[str]:
    words = line.split(" ")
    asks = (
        f"source /dev/stdin; COMP_WORDS=({' '.join(map(shlex.quote, words))}); COMP_CWORD={len(words) - 1}\n"
        "_interpreter 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    return run(["bash", "--norc", "-c", asks], script("bash"))


def in_fish(line: str) -> set[str]:
    asks = f"source -; complete -C {shlex.quote(line)}"
    said = run(["fish", "--no-config", "-c", asks], script("fish"))
    return {each.partition("\t")[0].rstrip("/") for each in said}


def run(argv: list[str], stdin: str) -> set[str]:
    # The scripts ask the program itself for the names of models and sessions.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(
        argv, input=stdin, text=True, capture_output=True, timeout=PATIENCE, check=True, env=environment
    )
    assert done.stderr == ""
    return {line for line in done.stdout.splitlines() if line}


OFFERS = [
    ("--ti", {"--timeout"}),
    ("--auto", {"--auto-run"}),
    ("-y --plai", {"--plain"}),
    ("ker", {"kernels"}),
    ("kernels in", {"install"}),
    ("kernels install ja", {"javascript", "java"}),
    ("kernels --", {"--help", "--json", "--python"}),
    ("kernels install --py", {"--python"}),
    ("doctor --", {"--help", "--json", "--model", "--python", "--quick"}),
    ("conf", {"config"}),
    ("config ", {"show", "get", "set", "unset", "edit", "path"}),
    ("config s", {"show", "set"}),
    ("config get max_s", {"max_steps"}),
    ("config set api", {"api_base", "api_key"}),
    ("config unset --", {"--help", "--profile"}),
    ("config show --profile ca", {"careful"}),
    ("--profile ", {"careful", "data", "fast", "local"}),
    ("--no-au", {"--no-auto-run"}),
    ("--completion ", {"bash", "zsh", "fish"}),
    ("-m embe", {"embedded"}),
    ("--model my", {"my model.gguf"}),
    ("doctor -m my", {"my model.gguf"}),
    ("--cwd ", {"some dir"}),
    ("sess", {"sessions"}),
    ("sessions ex", {"export"}),
    ("sessions export --format m", {"markdown"}),
    ("sessions list --", {"--help", "--all", "--names", "--json"}),
    ("-y doct", set()),
    ("doctor ker", set()),
    ("--temperature 0", set()),
    ("-- --ti", set()),
]


@pytest.mark.parametrize(("typed", "offered"), OFFERS)
def test_bash_offers_what_fits(typed, offered):
    assert in_bash(f"interpreter {typed}") == offered


@pytest.mark.parametrize(("typed", "offered"), OFFERS)
def test_fish_offers_what_fits(typed, offered):
    needs("fish")
    assert in_fish(f"interpreter {typed}") == offered


@pytest.mark.parametrize("complete", [in_bash, in_fish], ids=["bash", "fish"])
def test_models_are_those_that_are_usable_now(complete, monkeypatch):
    needs("fish")
    monkeypatch.setenv("GROQ_API_KEY", "a key")
    usable = run([sys.executable, "-m", "interpreter", "models", "--names"], "")
    wanted = next(name for name in sorted(usable) if name.startswith("groq/") and name not in script("bash"))
    assert wanted in complete(f"interpreter -m {wanted[:-1]}")


def test_bash_knows_a_value_behind_an_equals_sign():
    assert in_bash("interpreter --completion = f") == {"fish"}
    assert in_bash("interpreter --completion =") == {"bash", "zsh", "fish"}


def test_every_flag_is_offered():
    assert in_bash("interpreter -") == MAIN_FLAGS


def test_each_script_is_one_that_its_shell_can_read(shell):
    run([shell, "-n"], script(shell))


INTERACTIVE = {
    "bash": ["--norc", "--noprofile", "-i"],
    "zsh": ["-f", "-i"],
    "fish": ["--no-config", "-i"],
}
LOADS = {
    "bash": 'eval "$({} --completion bash)"',
    "zsh": 'autoload -Uz compinit; compinit -u -D; eval "$({} --completion zsh)"',
    "fish": "{} --completion fish | source",
}


@pytest.mark.parametrize(
    ("typed", "rest", "said"),
    [
        ("--ti", "meout", "--timeout marked"),
        ("kernels ins", "tall", "kernels install marked"),
        ("-m emb", "edded", "-m embedded marked"),
        ("--cwd s", r"ome\ dir", "--cwd some dir"),
    ],
    ids=["flag", "action", "model", "folder"],
)
def test_a_person_who_presses_tab_gets_the_rest(shell, typed, rest, said, tmp_path):
    program = f"{sys.executable} -m interpreter"
    person = pexpect.spawn(
        shell,
        INTERACTIVE[shell],
        env={**os.environ, "TERM": "xterm", "PS1": "$ ", "HOME": str(tmp_path), "INPUTRC": "/dev/null"},
        encoding="utf-8",
        timeout=PATIENCE,
        dimensions=(24, 200),
    )
    try:
        # What is expected is never what was typed: it is put together by the shell.
        person.send(f"{LOADS[shell].replace('{}', program)}; echo rea''dy\r")
        person.expect_exact("ready\r\n")
        person.send(f"interpreter {typed}\t")
        person.expect_exact(rest)
        person.send(" mark'ed'\x01echo \r")
        person.expect_exact(f"interpreter {said}")
    finally:
        person.close(force=True)


def test_completion_of_every_subcommand_is_known():
    assert {name for name in PARSERS if " " not in name} == set(SUBCOMMANDS) <= set(RESERVED)


def test_the_flag_prints_the_script_and_takes_nothing_else():
    def ours(*arguments: str) -> "subprocess.CompletedProcess[str]":
        argv = [sys.executable, "-m", "interpreter", *arguments]
        return subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PATIENCE)

    done = ours("--completion", "bash")
    assert (done.returncode, done.stdout, done.stderr) == (0, script("bash"), "")
    done = ours("--completion", "tcsh")
    assert done.returncode == 2 and done.stdout == "" and "tcsh" in done.stderr
