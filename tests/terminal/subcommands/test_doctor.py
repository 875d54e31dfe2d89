"""`interpreter doctor`: what it looks at, what it says, and its exit code."""

import json
import subprocess

import pytest

from interpreter.choosing.order import WAYS_TO_A_MODEL
from interpreter.core.errors import WrongUsage
from interpreter.settings import Settings
from interpreter.storage.last_model import remember_model
from interpreter.storage.paths import find_paths
from interpreter.terminal.subcommands.checks import findings
from interpreter.terminal.subcommands.finding import Finding
from interpreter.terminal.subcommands.model_checks import servers_among
from tests.environments import make_environment, python_of
from tests.llm.test_served_here import PATIENT, answering, models
from tests.terminal.person import Person
from tests.terminal.subcommands.conftest import Program, is_two_clear_lines


def found(program: Program, *arguments: str, code: int = 0, **variables: str) -> dict[str, dict[str, str]]:
    """The findings by name, the worst of each name."""
    done = program.run("doctor", "--json", *arguments, **variables)
    assert (done.returncode, done.stderr) == (code, "")
    rank = {"ok": 0, "warn": 1, "fail": 2}
    ordered = sorted(json.loads(done.stdout), key=lambda each: rank[each["level"]])
    return {each["name"]: each for each in ordered}


def test_where_everything_is_there_nothing_fails(program, tmp_path, home):
    done = program.run("doctor", "--model", "ollama/any")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{python_of(program.home)}: Python" in done.stdout and "with ipykernel" in done.stdout
    assert "ollama/any (named)" in done.stdout
    assert str(home / "data") in done.stdout


def test_settings_are_looked_at_first_and_what_is_wrong_keeps_nothing_else_from_being_looked_at(program, home):
    assert "which is not there yet" in found(program, "-m", "ollama/any")["config"]["text"]
    (home / "config").mkdir(parents=True)
    (home / "config" / "config.toml").write_text("modle = 1\n")
    (home / "config" / "instructions.md").mkdir()
    told = found(program, "-m", "ollama/any", code=1)
    assert told["config"]["level"] == "fail" and told["bash"]["level"] == "ok"
    done = program.run("doctor", "-m", "ollama/any", INTERPRETER_MAX_STEPS="many")
    assert "config.toml, line 1: there is no setting 'modle'" in done.stdout and "Did you mean model?" in done.stdout
    assert "INTERPRETER_MAX_STEPS='many'" in done.stdout and "instructions.md cannot be used" in done.stdout


@pytest.mark.parametrize(("mode", "said"), [(0o644, "others can read"), (0o600, "stands in")])
def test_a_key_in_the_file_is_a_warning(program, home, mode, said):
    (home / "config").mkdir(parents=True)
    (home / "config" / "config.toml").write_text("api_key = 'sk-canary'\n")
    (home / "config" / "config.toml").chmod(mode)
    told = found(program, "-m", "ollama/any")["config"]
    assert told["level"] == "warn" and said in told["text"] and "canary" not in str(told)


def test_the_python_is_named_with_the_reason(program, tmp_path):
    made = make_environment(tmp_path / "env")
    told = found(program, "-m", "ollama/any", VIRTUAL_ENV=str(made))["python"]
    assert told["level"] == "ok" and python_of(made) in told["text"] and "(active environment)" in told["text"]


def test_an_environment_without_ipykernel_is_a_warning_with_the_command(program, tmp_path):
    made = make_environment(tmp_path / "env", has_ipykernel=False, pip=0)
    told = found(program, "-m", "ollama/any", VIRTUAL_ENV=str(made))["python"]
    assert told["level"] == "warn" and "lacks ipykernel" in told["text"]
    assert told["hint"] == f"Get it with: {python_of(made)} -m pip install ipykernel"


def test_a_broken_active_environment_is_a_warning(program):
    told = found(program, "-m", "ollama/any", VIRTUAL_ENV="/no/such")["python"]
    assert told["level"] == "warn" and "/no/such" in told["text"] and told["hint"]


@pytest.mark.parametrize("has_ipykernel", [True, False])
def test_a_named_python_that_cannot_be_used_fails_and_the_rest_is_looked_at(program, tmp_path, has_ipykernel):
    named = str(make_environment(tmp_path / "env", has_ipykernel=False)) if not has_ipykernel else "/no/such"
    told = found(program, "-m", "ollama/any", "--python", named, code=1)
    assert told["python"]["level"] == "fail" and told["python"]["hint"]
    assert told["bash"]["level"] == told["data"]["level"] == "ok"


def test_a_kernel_that_is_missing_is_a_warning_with_its_command(program):
    told = found(program, "-m", "ollama/any")["javascript"]
    assert (told["level"], told["hint"]) == ("warn", "Get it with: interpreter kernels install javascript")


@pytest.mark.parametrize(
    ("name", "variables", "level", "said"),
    [
        ("gpt-5-mini", {}, "warn", "OPENAI_API_KEY"),
        ("gpt-5-mini", {"OPENAI_API_KEY": "sk-canary"}, "ok", "gpt-5-mini (named)"),
        (None, {"OPENAI_API_KEY": "sk-canary"}, "ok", "a key for openai was found"),
        (None, {"INTERPRETER_MODEL": "x", "INTERPRETER_API_BASE": "http://127.0.0.1:9/v1"}, "ok", "127.0.0.1:9"),
        ("/no/such.gguf", {}, "fail", "no such file"),
        (None, {"INTERPRETER_API_BASE": "http://127.0.0.1:9/v1"}, "fail", "--model"),
    ],
)
def test_the_model_is_named_with_the_reason_and_its_key_never(program, name, variables, level, said):
    arguments = ["-m", name] if name else []
    told = found(program, *arguments, code=1 if level == "fail" else 0, **variables)["model"]
    assert told["level"] == level and said in f"{told['text']} {told['hint']}"
    assert "canary" not in str(told)


def test_the_model_of_the_last_chat_is_said_to_be_that(program, home):
    remember_model(find_paths({"INTERPRETER_HOME": str(home)}), "ollama/last")
    assert found(program)["model"]["text"] == "ollama/last (used last)"


def test_a_home_that_cannot_be_made_is_a_warning(program, tmp_path):
    (tmp_path / "file").touch()
    told = found(program, "-m", "ollama/any", INTERPRETER_HOME=str(tmp_path / "file" / "home"))
    assert told["data"]["level"] == told["settings"]["level"] == "warn"
    assert "INTERPRETER_HOME" in told["data"]["hint"]


def test_nothing_is_made_by_looking(program, home):
    found(program, "-m", "ollama/any")
    assert not home.exists()


@pytest.mark.parametrize("words", [["--nonsense"], ["more"]])
def test_words_that_do_not_fit_are_wrong_usage(program, words):
    done = program.run("doctor", *words)
    assert done.returncode == 2 and is_two_clear_lines(done.stderr)


def test_there_is_help(program):
    done = program.run("doctor", "--help")
    assert done.returncode == 0 and "--json" in done.stdout


def test_a_check_that_cannot_go_on_keeps_no_other_from_looking():
    def broken(settings, environ):
        yield Finding("first", "ok", "half done")
        raise WrongUsage("It broke.", "Mend it.")

    def fine(settings, environ):
        yield Finding("second", "ok", "fine")

    told = list(findings(Settings(), {}, (broken, fine)))
    assert [each.level for each in told] == ["ok", "fail", "ok"]
    assert told[1] == Finding("broken", "fail", "It broke.", "Mend it.")


def test_keys_are_listed_by_their_names_and_never_by_their_values(program):
    told = found(program, "-m", "ollama/any", GROQ_API_KEY="sk-canary", MY_API_KEY="canary-2", OPENAI_API_KEY=" ")[
        "keys"
    ]
    assert (told["level"], told["text"]) == ("ok", "GROQ_API_KEY, MY_API_KEY")
    assert "canary" not in str(told)
    told = found(program, "-m", "ollama/any")["keys"]
    assert told["level"] == "warn" and "export OPENAI_API_KEY=" in told["hint"]


def test_without_any_model_the_ways_to_one_are_lines_of_their_own(without_weights):
    done = subprocess.run([*without_weights, "doctor"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    (at,) = [number for number, line in enumerate(lines) if line.startswith("fail  model ")]
    column = lines[at].index("There is no model")
    assert [line[column:] for line in lines[at + 2 : at + 5]] == [command for _, command in WAYS_TO_A_MODEL]
    (missing,) = [line for line in lines if line.startswith("warn  embedded ")]
    assert "weights" in missing


def test_servers_are_told_with_what_they_serve_and_how_to_use_it():
    with answering(models("a b", "two", "three", "four")) as server:
        told = list(servers_among((server,), PATIENT))
    assert told == [
        Finding(
            "servers",
            "ok",
            f"Test at {server.address}: a b, two, three and 1 more",
            "Use one with: interpreter -m 'a b'",
        )
    ]
    (none,) = servers_among((), PATIENT)
    assert none.level == "ok" and "none answers" in none.text


@pytest.mark.parametrize(
    ("environment", "level", "said"),
    [
        ({}, "ok", "xterm-256color, 150 columns by 40 lines, colours, pictures: half blocks"),
        ({"NO_COLOR": "1"}, "ok", "no colours"),
        ({"TERM": "xterm-kitty"}, "ok", "pictures: kitty's protocol"),
        ({"TERM": "dumb"}, "warn", "set TERM"),
        ({"PYTHONIOENCODING": "ascii"}, "warn", "UTF-8"),
    ],
    ids=str,
)
def test_the_terminal_is_told(environment, level, said):
    with Person("doctor", "-m", "ollama/any", environment=environment, columns=150) as person:
        person.exit_code()
        assert f"{level:<4}  terminal " in person.screen and said in person.screen
