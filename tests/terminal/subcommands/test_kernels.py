"""`interpreter kernels`: what is there, what is missing, and how it is got."""

import json
import re
import sys
from pathlib import Path

import pytest

from tests.environments import make_environment, python_of, site_of
from tests.scripted_server import Says, ScriptedServer
from tests.terminal.subcommands.conftest import Program, is_two_clear_lines

DENO = "pathlib.Path(sys.prefix, 'bin', 'deno').symlink_to('/bin/true')"


def install(data: Path, name: str, language: str) -> None:
    folder = data / "kernels" / name
    folder.mkdir(parents=True)
    spec = {"argv": ["sh", "-c", "true"], "display_name": name, "language": language}
    (folder / "kernel.json").write_text(json.dumps(spec))


def entries(program: Program, *arguments: str, **variables: str) -> dict[str, dict[str, object]]:
    done = program.run("kernels", "--json", *arguments, **variables)
    assert (done.returncode, done.stderr) == (0, "")
    return {entry["language"]: entry for entry in json.loads(done.stdout)}


def row(text: str, language: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(f"{language} "))


def test_each_language_is_listed_with_its_kernel_or_how_to_get_it(program, tmp_path):
    install(tmp_path / "data", "my-toy", "Toy")
    done = program.run("kernels", JUPYTER_PATH=str(tmp_path / "data"))
    assert (done.returncode, done.stderr) == (0, "")
    head, *rows = done.stdout.splitlines()
    starts = [[match.start() for match in re.finditer(r"(?<=  )\S|^\S", line)][:3] for line in (head, *rows)]
    assert len({tuple(start) for start in starts}) == 1
    assert f"{python_of(program.home)} (Interpreter's own)" in row(done.stdout, "python")
    assert "bash" in row(done.stdout, "bash") and "there" in row(done.stdout, "bash")
    assert "missing  interpreter kernels install javascript" in row(done.stdout, "javascript")
    assert f"there    {tmp_path}/data/kernels/my-toy" in row(done.stdout, "toy")


def test_for_programs_it_is_json(program, tmp_path):
    found = entries(program)
    assert found["python"] == {
        "language": "python",
        "tags": ["python", "py", "python3", "py3", "ipython", "ipython3", "tool_code"],
        "is_there": True,
        "kernel": python_of(program.home),
        "install": None,
    }
    missing = found["javascript"]
    assert (missing["is_there"], missing["kernel"]) == (False, None)
    assert missing["install"] == "interpreter kernels install javascript"


@pytest.mark.parametrize("name", ["javascript", "TS", "deno"])
def test_what_comes_from_pip_is_installed_and_listed_from_then_on(program, name):
    program.brings(DENO)
    done = program.run("kernels", "install", name)
    assert (done.returncode, done.stderr) == (0, "")
    command, said, result = done.stdout.splitlines()
    assert command == f"$ {python_of(program.home)} -m pip install 'deno>=2'"
    assert said == "pip got install deno>=2"
    assert result == f"javascript is there now: {program.home}/bin/deno"
    assert entries(program)["javascript"]["kernel"] == f"{program.home}/bin/deno"
    again = program.run("kernels", "install", name)
    assert again.returncode == 0
    assert again.stdout == f"javascript is there already: {program.home}/bin/deno\n"


def test_ipykernel_goes_to_the_environment_that_code_runs_in(program, tmp_path):
    home = make_environment(tmp_path / "env", has_ipykernel=False, pip=0)
    assert entries(program, "--python", str(home))["python"]["install"] == "interpreter kernels install python"
    done = program.run("kernels", "install", "python", VIRTUAL_ENV=str(home))
    assert done.returncode == 0 and "installing install ipykernel" in done.stdout
    assert (site_of(home) / "ours.pth").exists()
    assert done.stdout.splitlines()[-1] == f"python is there now: {python_of(home)}"


def test_where_there_is_no_pip_uv_is_taken(program, tmp_path):
    home = make_environment(tmp_path / "env", has_ipykernel=False)
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(f"#!/bin/sh\necho uv got $*\ncp {site_of(program.home)}/ours.pth {site_of(home)}\n")
    uv.chmod(0o700)
    done = program.run("kernels", "install", "py", "--python", str(home), PATH=f"{uv.parent}:/usr/bin:/bin")
    assert done.returncode == 0
    assert f"uv got pip install --python {python_of(home)} ipykernel" in done.stdout


def test_with_neither_pip_nor_uv_the_command_is_told(program, tmp_path):
    home = make_environment(tmp_path / "env", has_ipykernel=False)
    done = program.run("kernels", "install", "python", "--python", str(home))
    assert done.returncode == 1 and is_two_clear_lines(done.stderr)
    assert f"{python_of(home)} -m ensurepip && " in done.stderr


@pytest.mark.parametrize(
    ("effect", "said"),
    [("sys.exit('no network today')", "could not be installed"), ("", "not enough"), ("os.abort()", "could not be")],
)
def test_an_installation_that_brings_nothing_is_an_error_behind_what_the_installer_says(program, effect, said):
    program.brings(effect)
    done = program.run("kernels", "install", "javascript")
    assert done.returncode == 1
    assert done.stdout.startswith("$ ")
    error = done.stderr.partition("Error: ")
    assert is_two_clear_lines(error[1] + error[2]) and said in error[2]
    assert ("no network today" in error[0]) is ("network" in effect)


@pytest.mark.skipif(Path("/usr/bin/java").exists() is False, reason="the kernel counts only where Java is")
def test_java_is_there_when_its_kernel_and_java_are(program):
    program.brings(
        "folder = pathlib.Path(sys.prefix, 'share/jupyter/kernels/java'); folder.mkdir(parents=True)\n"
        "folder.joinpath('kernel.json').write_text("
        '\'{"argv": ["java", "-jar", "x"], "language": "java", "display_name": "Java"}\')'
    )
    done = program.run("kernels", "install", "java")
    assert done.returncode == 0 and "pip got install --pre jjava" in done.stdout


def test_java_without_a_jdk_is_told(program, tmp_path):
    program.brings(
        "folder = pathlib.Path(sys.prefix, 'share/jupyter/kernels/java'); folder.mkdir(parents=True)\n"
        "folder.joinpath('kernel.json').write_text("
        '\'{"argv": ["java", "-jar", "x"], "language": "java", "display_name": "Java"}\')'
    )
    done = program.run("kernels", "install", "java", PATH=str(tmp_path))
    assert done.returncode == 1 and is_two_clear_lines(done.stderr)
    assert "JDK" in done.stderr


def test_what_does_not_come_from_pip_is_told_with_its_command(program, tmp_path):
    done = program.run("kernels", "install", "bash", PATH=str(tmp_path))
    assert done.returncode == 1 and is_two_clear_lines(done.stderr)
    assert "Get it with: apt install bash" in done.stderr


@pytest.mark.parametrize(
    ("name", "hint"), [("javascrpt", "Did you mean javascript?"), ("rscrip", "rscript"), ("", "lists"), ("cobol", "")]
)
def test_a_name_that_means_nothing_is_wrong_usage_with_the_nearest(program, name, hint):
    done = program.run("kernels", "install", name)
    assert done.returncode == 2 and is_two_clear_lines(done.stderr)
    assert hint in done.stderr


@pytest.mark.parametrize(
    "words", [["instal", "r"], ["install"], ["install", "r", "java"], ["--nonsense"], ["--python", "/no/such"]]
)
def test_words_that_do_not_fit_are_wrong_usage(program, words):
    done = program.run("kernels", *words)
    assert done.returncode == 2 and is_two_clear_lines(done.stderr)
    assert done.stdout == ""


@pytest.mark.parametrize("words", [["--help"], ["install", "--help"]])
def test_there_is_help(program, words):
    done = program.run("kernels", *words)
    assert (done.returncode, done.stderr) == (0, "") and "interpreter kernels" in done.stdout


def test_a_pip_in_the_working_folder_is_not_run(program, tmp_path, monkeypatch):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "pip.py").write_text("print('baited')")
    monkeypatch.chdir(tmp_path / "work")
    program.brings(DENO)
    done = program.run("kernels", "install", "javascript")
    assert "baited" not in done.stdout and done.returncode == 0


def test_keys_are_not_told_to_installers(program):
    program.brings(f"print(dict(os.environ))\n{DENO}")
    done = program.run("kernels", "install", "javascript", OPENAI_API_KEY="sk-canary")
    assert "pip got" in done.stdout and "canary" not in done.stdout


def test_hidden_characters_in_names_are_shown(program, tmp_path):
    install(tmp_path / "data", "evil\x1b[2J", "Evil\u202e")
    done = program.run("kernels", JUPYTER_PATH=str(tmp_path / "data"))
    assert "\x1b" not in done.stdout and "\u202e" not in done.stdout and "evil" in done.stdout


def test_behind_two_dashes_the_word_is_an_instruction(program):
    with ScriptedServer(Says("They are fine.")) as server:
        done = program.run("--model", "test", "--api-base", server.url, "-y", "--", "kernels")
    assert done.returncode == 0 and done.stdout == "They are fine.\n"
    assert server.requests[0]["messages"][-1]["content"] == "kernels"


def test_the_list_loads_neither_models_nor_sockets():
    import subprocess

    look = "import sys; from interpreter.cli import main; main(['kernels']); print('|', *sys.modules)"
    out = subprocess.run([sys.executable, "-c", look], text=True, capture_output=True, check=True).stdout
    loaded = set(out.rpartition("|")[2].split())
    assert not loaded & {"openai", "litellm", "httpx", "jupyter_client", "zmq", "prompt_toolkit", "pygments"}
