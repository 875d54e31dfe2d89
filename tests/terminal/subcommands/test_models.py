"""`interpreter models` and `interpreter models pull`, as programs."""

import json
import os
import re
import subprocess
import sys

import pytest

from interpreter.storage.last_model import remember_model
from interpreter.storage.paths import find_paths
from tests.choosing.machine import machine
from tests.llm.here_servers import ollama
from tests.llm.hub_server import FakeHub, gguf
from tests.terminal.person import Person
from tests.terminal.subcommands.conftest import ROOT, is_two_clear_lines

FILE = "Qwen-Test-3B-Q4_K_M.gguf"
KEYS = {"ANTHROPIC_API_KEY": "sk-canary", "FIREWORKS_API_KEY": "fw-canary"}


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """No cache of the developer's, and no Ollama but a test's own."""
    found = machine(tmp_path)
    for name, value in {"HOME": tmp_path, "OLLAMA_HOST": found.ollama, "HF_HOME": tmp_path / "hf"}.items():
        monkeypatch.setenv(name, str(value))
    for name in ("LLAMA_CACHE", "XDG_CACHE_HOME", "HF_HUB_CACHE", "HF_ENDPOINT", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return found


def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """The program in the environment of the tests, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "interpreter", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def listed(*arguments: str, **variables: str) -> dict[str, dict[str, object]]:
    done = run("models", "--json", *arguments, **variables)
    assert (done.returncode, done.stderr) == (0, "")
    return {entry["name"]: entry for entry in json.loads(done.stdout)}


def test_what_is_usable_is_a_row_each_with_context_and_price(alone, home):
    remember_model(find_paths({"INTERPRETER_HOME": str(home)}), "groq/used-before")
    with alone.with_ollama(ollama(("qwen3:8b", 5_000_000_000, ["completion"]), loaded={"qwen3:8b": 16384})) as found:
        done = run("models", **KEYS, GROQ_API_KEY="gsk-canary", OLLAMA_HOST=found.ollama)
    head, *rows = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert head.split() == ["NAME", "CONTEXT", "IN", "OUT", "WHERE"]
    (local,) = [row for row in rows if "qwen3:8b" in row]
    assert local.split() == ["qwen3:8b", "16k", "free", "free", "Ollama,", "loaded"]
    (sonnet,) = [row for row in rows if "claude-sonnet" in row and row.endswith("_KEY")]
    assert re.search(r"1M +\d\.\d\d +\d+\.\d\d +ANTHROPIC_API_KEY$", sonnet)
    assert "* A chat begins with groq/used-before: used last." in done.stdout
    assert "A single instruction takes anthropic/claude-sonnet-5-5: a key for anthropic was found." in done.stdout
    assert "more models: --all" in rows[-1] and "canary" not in done.stdout


def test_on_a_terminal_no_row_is_wider_than_it(alone):
    with Person("models", environment=KEYS, columns=80) as person:
        assert person.exit_code() == 0
        lines = [line.rstrip() for line in person.screen.splitlines()]
    rows = [line for line in lines if line.endswith("_API_KEY")]
    assert len(rows) > 8 and all(len(line) <= 80 for line in lines)
    assert any("…" in row for row in rows)


def test_for_programs_it_is_json(alone):
    found = listed(**KEYS)
    entry = found["anthropic/claude-sonnet-5-5"]
    assert entry["is_next"] and entry["why"] == "a key for anthropic was found"
    assert entry["is_usable"] and not entry["is_here"] and entry["kind"] == "provider"
    assert entry["context"] >= 200_000 and entry["input_price"] < entry["output_price"]
    assert sum(bool(entry["is_next"]) for entry in found.values()) == 1
    assert "canary" not in json.dumps(found)


def test_all_lists_the_rest_and_local_only_what_is_here(alone):
    every = listed("--all", **KEYS)
    assert len(every) > 1000 and not every["gpt-5-mini"]["is_usable"]
    assert all(entry["is_here"] for entry in listed("--local", **KEYS).values())


def test_names_are_a_line_each(alone):
    done = run("models", "--names", **KEYS)
    assert "anthropic/claude-haiku-5-5" in done.stdout.splitlines() and done.stderr == ""


@pytest.mark.parametrize("words", [["--nonsense"], ["more"], ["pull"], ["pull", "a", "b"]])
def test_words_that_do_not_fit_are_wrong_usage(alone, words):
    done = run("models", *words)
    assert done.returncode == 2 and is_two_clear_lines(done.stderr)


def test_there_is_help_that_names_the_short_names():
    assert "--all" in run("models", "--help").stdout
    shown = run("models", "pull", "--help").stdout
    assert "qwen2.5-coder:7b" in shown and "HF_TOKEN" in shown and "GB in memory" in shown


def test_listing_loads_nothing_heavy(alone):
    look = "import sys; from interpreter.cli import main; main(['models']); print('|', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], text=True, capture_output=True, check=True)
    assert not set(done.stdout.rpartition("|")[2].split()) & {"litellm", "openai", "httpx", "rich", "prompt_toolkit"}


def test_an_ambiguous_name_is_wrong_usage_with_the_candidates(alone):
    done = run("-m", "claude", "hello", **KEYS)
    assert done.returncode == 2 and is_two_clear_lines(done.stderr)
    assert "anthropic/claude-haiku-5-5" in done.stderr and "canary" not in done.stderr


def test_a_file_is_fetched_listed_and_taken_by_local(alone, home):
    with FakeHub({FILE: gguf(), "other-q8_0.gguf": gguf(size=4_000_000)}) as hub:
        done = run("models", "pull", "org/repo", HF_ENDPOINT=hub.url)
        again = run("models", "pull", f"org/repo/{FILE}", HF_ENDPOINT=hub.url)
    path = home / "data" / "models" / "org" / "repo" / FILE
    assert (done.returncode, done.stderr) == (0, "") and f"It is there now: {path}" in done.stdout
    assert "interpreter --local" in done.stdout
    assert again.returncode == 0 and "is there already" in again.stdout and len(hub.stored) == 1
    entry = listed("--local")["Qwen-Test-3B-Q4_K_M"]
    assert entry["where"] == "Interpreter" and entry["path"] == str(path) and entry["context"] == 16384


def test_progress_is_a_bar_on_a_terminal_and_ctrl_c_keeps_what_came(alone, home):
    content = gguf(size=60_000_000)
    with FakeHub({FILE: content}, pace=0.05) as hub:
        with Person("models", "pull", "org/repo", environment={"HF_ENDPOINT": hub.url}) as person:
            person.sees("[###").presses_ctrl("c")
            assert person.exit_code() == 130
            assert "What came is kept: interpreter models pull org/repo goes on from there." in person.screen
            assert "Traceback" not in person.screen
        folder = home / "data" / "models" / "org" / "repo"
        (part,) = folder.iterdir()
        kept = part.stat().st_size
        assert 0 < kept < len(content)
        hub.pace = 0.0
        done = run("models", "pull", "org/repo", HF_ENDPOINT=hub.url)
    assert done.returncode == 0 and [each.name for each in folder.iterdir()] == [FILE]
    assert hub.stored[-1][1]["Range"].startswith("bytes=") and (folder / FILE).read_bytes() == content


@pytest.mark.parametrize(
    ("name", "options", "code", "says"),
    [
        ("org/repo", {"lies": True}, 2, "SHA-256 is wrong"),
        ("org/repo", {"gate": "secret"}, 2, "HF_TOKEN"),
        ("org/other", {}, 2, "has no org/other"),
        ("org/repo:Q9", {}, 2, "It has Q4_K_M"),
        ("nonsense", {}, 2, "no name of a model"),
    ],
)
def test_what_goes_wrong_is_two_lines_and_the_right_code(alone, name, options, code, says):
    with FakeHub({FILE: gguf()}, **options) as hub:
        done = run("models", "pull", name, HF_ENDPOINT=hub.url, HF_TOKEN="hf_canary")
    assert done.returncode == code and is_two_clear_lines(done.stderr)
    assert says in done.stderr and "canary" not in done.stderr + done.stdout


def test_a_hub_that_is_not_there_is_two_lines_and_code_1(alone):
    done = run("models", "pull", "org/repo", HF_ENDPOINT=alone.ollama)
    assert done.returncode == 1 and is_two_clear_lines(done.stderr) and "cannot be reached" in done.stderr


def test_names_that_a_hub_gives_reach_no_terminal_as_they_are(alone):
    with FakeHub({"\x1b]0;owned\x07-q4_k_m.gguf": gguf()}) as hub:
        done = run("models", "pull", "org/repo", HF_ENDPOINT=hub.url)
    assert "\x1b" not in done.stdout + done.stderr and done.returncode == 2


def test_the_chat_lists_the_same_and_takes_another_by_a_part_of_its_name(alone):
    models = [(name, 5_200_000_000, ["completion"]) for name in ("qwen3:8b", "llama3:8b")]
    with alone.with_ollama(ollama(*models)) as found:
        environment = {"OLLAMA_HOST": found.ollama, "ANTHROPIC_API_KEY": "sk-canary"}
        with Person("-m", "qwen3", "--plain", environment=environment, cwd=alone.home) as person:
            person.sees("lets qwen3:8b see 4,096 tokens")
            person.says("%models").sees("* qwen3:8b", "llama3:8b", "answers now")
            person.says("%model llama").sees("llama3:8b answers from now on")
            person.says("%model 8b").sees("8b is a part of 2 names")
            person.says("%model").sees("llama3:8b (chosen with %model)")
            assert person.leaves() == 0
