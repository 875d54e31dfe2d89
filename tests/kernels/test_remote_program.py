"""The whole program with its kernels on a Jupyter Server: what it says, what it keeps to itself, what it leaves."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from interpreter import OpenInterpreter
from interpreter.core.errors import WrongUsage
from interpreter.core.messages import Text
from interpreter.kernels import remote_kernels
from interpreter.kernels.remote_kernels import check_extra
from tests.kernels.driving import eventually
from tests.kernels.jupyter_server import TOKEN, JupyterServer, free_port
from tests.scripted_server import Says, ScriptedServer
from tests.terminal.person import PROGRAM, Person, nothing_is_left

FOLDER = Says("```python\nimport os\nprint(os.getcwd())\n```\n")
SLEEP = Says("```python\nimport time\nprint('begun', flush=True)\ntime.sleep(600)\n```\n")
DONE = Says("All done.")


@pytest.fixture(autouse=True)
def leaves_nothing(server: JupyterServer) -> Iterator[None]:
    yield
    assert nothing_is_left()
    assert server.kernels == []


def start(model: ScriptedServer, *arguments: str, **environment: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*PROGRAM, "--model", "test", "--api-base", model.url, *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def run(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[str]:
    """Let it carry out one instruction with a model that asks for the folder."""
    with ScriptedServer(FOLDER, DONE) as model, start(model, *arguments, **environment) as process:
        out, err = process.communicate(stdin, timeout=60)
    return subprocess.CompletedProcess(arguments, process.returncode, out.decode(), err.decode())


def is_two_clear_lines(text: str) -> bool:
    *_, first, second = text.splitlines()
    return first.startswith("Error: ") and bool(second) and "Traceback" not in text


def test_code_runs_on_the_server_and_that_is_said(server: JupyterServer) -> None:
    with ScriptedServer(FOLDER, DONE) as model:
        with start(model, "-y", "--kernel-server", f"{server.url}/lab?token={TOKEN}", "go") as process:
            out, err = (each.decode() for each in process.communicate(timeout=60))

    assert process.returncode == 0
    assert str(server.folder / "work") in out and "All done." in out
    assert f"Code runs on {server.address.place}" in err and "this machine" not in err
    system = model.requests[0]["messages"][0]["content"]
    assert server.address.place in system
    assert os.getcwd() not in system and "Working folder" not in system  # noqa: PTH109
    assert TOKEN not in out + err + json.dumps(model.requests)


def test_events_say_where_and_nothing_that_is_kept_holds_the_token(server: JupyterServer, home: Path) -> None:
    done = run("-y", "--json", "--kernel-server", server.url, "go", INTERPRETER_KERNEL_SERVER_TOKEN=TOKEN)

    events = [json.loads(line) for line in done.stdout.splitlines()]
    (started,) = [event for event in events if event["type"] == "session_started"]
    (asked,) = [event for event in events if event["type"] == "approval_asked"]
    assert started["place"] == asked["request"]["place"] == server.address.place
    assert started["folder"] == ""
    kept = "".join(path.read_text(errors="replace") for path in home.rglob("*") if path.is_file())
    assert TOKEN not in done.stdout + done.stderr + kept


@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("{url}?token=wrong-token-altogether", 2, "refused the token"),
        ("{url}", 2, "wants a token"),
        ("{nobody}", 1, "Nobody answers"),
        ("not-an-address", 2, "The address of the kernel server is none"),
    ],
)
def test_what_cannot_work_is_two_lines_and_an_exit_code(
    server: JupyterServer, address: str, code: int, said: str
) -> None:
    done = run("-y", "--kernel-server", address.format(url=server.url, nobody=f"http://127.0.0.1:{free_port()}"), "go")

    assert done.returncode == code
    assert said in done.stderr and is_two_clear_lines(done.stderr)
    assert "wrong-token" not in done.stdout + done.stderr


def test_a_file_of_this_machine_cannot_be_handed_over(server: JupyterServer) -> None:
    done = run("-y", "--kernel-server", server.url, "look", stdin=b"a,b\n")

    assert done.returncode == 2 and is_two_clear_lines(done.stderr) and "Upload" in done.stderr


def test_a_python_of_this_machine_cannot_be_chosen_there(server: JupyterServer) -> None:
    done = run("-y", "--python", "python3", "--kernel-server", server.url, "go")

    assert done.returncode == 2 and "--python" in done.stderr and is_two_clear_lines(done.stderr)


def test_without_the_extra_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_kernels, "EXTRA", "no_such_module")

    with pytest.raises(WrongUsage) as raised:
        check_extra()

    assert raised.value.exit_code == 2 and "pip install 'kernel-interpreter[remote]'" in raised.value.hint


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_mid_block_leaves_no_kernel_on_the_server(server: JupyterServer, number: signal.Signals) -> None:
    with ScriptedServer(SLEEP, DONE) as model:
        with start(model, "-y", "--kernel-server", server.url, "go", JUPYTER_TOKEN=TOKEN) as process:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.close()
            while b"begun" not in process.stdout.readline():
                assert process.poll() is None
            process.send_signal(number)
            process.wait(30)

    assert process.returncode == {signal.SIGTERM: 143, signal.SIGINT: 130}[number]
    assert eventually(lambda: server.kernels == [])


def test_at_a_terminal_the_token_is_asked_for_unseen_and_the_question_says_where(server: JupyterServer) -> None:
    with ScriptedServer(FOLDER, DONE) as model:
        words = ("--model", "test", "--api-base", model.url, "--kernel-server", server.url)
        with Person(*words, columns=200) as person:
            person.sees(f"Token of {server.address.place}").types(f"{TOKEN}\r")
            person.sees(f"Code runs on {server.address.place}")
            person.says("go").sees(f"Run this code on {server.address.place}?").types("y").sees("All done.")
            assert person.leaves() == 0
            assert TOKEN not in person.raw
            assert f"test · {server.address.place} ·" in person.screen


def test_kernels_of_this_machine_do_not_see_the_token() -> None:
    names = "INTERPRETER_KERNEL_SERVER_TOKEN", "JUPYTER_TOKEN"
    show = Says(f"```python\nimport os\nprint([os.environ.get(name) for name in {names}])\n```\n")
    with ScriptedServer(show, DONE) as model:
        with start(model, "-y", "go", **dict.fromkeys(names, TOKEN)) as process:
            out, _ = process.communicate(timeout=60)

    assert b"[None, None]" in out


def test_the_library_runs_code_there_too(server: JupyterServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_TOKEN", TOKEN)
    with OpenInterpreter(model="test", api_base="http://127.0.0.1:1/v1", kernel_server=server.url) as agent:
        execution = agent.run("py", "import os\nx = 1\nprint(os.getcwd())")
        names = [variable.name for variable in agent.variables()]

    assert execution.outputs == (Text(f"{server.folder / 'work'}\n"),)
    assert names == ["x"]


def test_an_unencrypted_way_over_a_network_is_warned_of() -> None:
    with pytest.warns(UserWarning, match=r"unencrypted to kernels\.invalid:80"):
        OpenInterpreter(model="test", api_base="http://127.0.0.1:1/v1", kernel_server="http://kernels.invalid").close()
