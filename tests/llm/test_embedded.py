import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import InterpreterError, ModelFailed, StorageFailed, WeightsDamaged
from interpreter.core.messages import Instruction, Message
from interpreter.core.ports import Delta, Finished, Idle, TextDelta
from interpreter.llm.embedded import EmbeddedModel
from interpreter.llm.embedded_process import EmbeddedServer, Endpoint

QUESTION = {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 8}
LONG = {"messages": [{"role": "user", "content": "Count from 1 to 5000, no code."}], "max_tokens": 5000}

PARENT = """
import os, signal, sys, threading
from pathlib import Path
from interpreter.core.cancel import CancelToken
from interpreter.llm.embedded_process import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), state_folder=Path(sys.argv[2]))
server.start()
if sys.argv[3] == "ready":
    server.wait_ready(CancelToken())
signal.signal(signal.SIGINT, lambda *_: os.write(1, b"%r\\n" % server.is_alive()))
os.write(1, b"%d\\n" % server.process_id)
threading.Event().wait()
"""


def ask(endpoint: Endpoint, body: dict[str, object], key: str | None = None) -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection("127.0.0.1", port_of(endpoint), timeout=120)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key or endpoint.api_key}"}
    connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def port_of(endpoint: Endpoint) -> int:
    return int(endpoint.base_url.removeprefix("http://127.0.0.1:").removesuffix("/v1"))


def until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def is_gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def server(weights_file: Path, state_folder: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(weights_file, state_folder=state_folder)
    yield server
    server.close()


@pytest.fixture(scope="module")
def endpoint(weights_file: Path, state_folder: Path) -> Iterator[Endpoint]:
    server = EmbeddedServer(weights_file, state_folder=state_folder)
    yield ready(server)
    server.close()


def ready(server: EmbeddedServer) -> Endpoint:
    server.start()
    endpoint = server.wait_ready(CancelToken())
    assert endpoint is not None
    return endpoint


# -- the server -----------------------------------------------------------------------------------------------------


def test_it_answers_whoever_has_the_key(endpoint: Endpoint) -> None:
    status, answer = ask(endpoint, QUESTION)
    assert status == 200
    assert answer["choices"][0]["message"]["content"]  # type: ignore[index]


def test_it_refuses_whoever_has_not(endpoint: Endpoint) -> None:
    assert ask(endpoint, QUESTION, key="wrong")[0] == 401


def test_output_is_capped_where_the_request_sets_no_limit(weights_file: Path, state_folder: Path) -> None:
    server = EmbeddedServer(weights_file, max_output_tokens=16, state_folder=state_folder)
    try:
        _, answer = ask(ready(server), {"messages": LONG["messages"]})
    finally:
        server.close()
    assert answer["usage"]["completion_tokens"] <= 16  # type: ignore[index]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux answers on all of 127.0.0.0/8")
def test_it_listens_on_one_loopback_address_only(endpoint: Endpoint) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port_of(endpoint)), timeout=5)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_key_is_neither_on_the_command_line_nor_in_the_environment(server: EmbeddedServer) -> None:
    endpoint = ready(server)
    place = Path(f"/proc/{server.process_id}")
    assert endpoint.api_key.encode() not in (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
    assert endpoint.api_key not in repr(endpoint)


def test_two_servers_run_side_by_side(endpoint: Endpoint, server: EmbeddedServer) -> None:
    other = ready(server)
    assert other != endpoint
    assert ask(endpoint, QUESTION)[0] == ask(other, QUESTION)[0] == 200


def test_closing_does_not_wait_for_a_reply_that_is_being_written(server: EmbeddedServer) -> None:
    endpoint = ready(server)
    process = server.process_id
    assert process is not None
    connection = http.client.HTTPConnection("127.0.0.1", port_of(endpoint))
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {endpoint.api_key}"}
    connection.request("POST", "/v1/chat/completions", json.dumps(LONG | {"stream": True}), headers)
    connection.getresponse().readline()
    began = time.monotonic()
    server.close()
    server.close()
    print(f"closed in {time.monotonic() - began:.3f} s")
    assert time.monotonic() - began < 30
    assert is_gone(process)
    assert not server.is_alive()


def test_a_server_that_was_killed_starts_again(server: EmbeddedServer) -> None:
    ready(server)
    assert server.process_id is not None
    os.kill(server.process_id, signal.SIGKILL)
    assert until(lambda: not server.is_alive())
    assert ask(ready(server), QUESTION)[0] == 200


@pytest.mark.parametrize("moment", ["starting", "ready"])
def test_it_dies_with_a_parent_that_is_killed(weights_file: Path, state_folder: Path, moment: str) -> None:
    with started_parent(weights_file, state_folder, moment) as parent:
        assert parent.stdout
        process = int(parent.stdout.readline())
        parent.kill()
        assert until(lambda: is_gone(process))


def test_control_c_in_the_terminal_does_not_reach_it(weights_file: Path, state_folder: Path) -> None:
    with started_parent(weights_file, state_folder, "ready") as parent:
        assert parent.stdout
        process = int(parent.stdout.readline())
        os.kill(process, signal.SIGINT)
        os.killpg(parent.pid, signal.SIGINT)
        assert parent.stdout.readline() == "True\n"
        parent.kill()


def started_parent(model: Path, state: Path, moment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PARENT, str(model), str(state), moment]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)


def test_a_folder_full_of_modules_is_not_imported_from(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("xllamacpp", "json", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    assert ready(server)


def test_the_wait_for_it_ends_when_cancelled(server: EmbeddedServer) -> None:
    cancel = CancelToken()
    cancel.cancel()
    server.start()
    assert server.wait_ready(cancel) is None


def test_the_threads_are_measured_once_and_remembered(state_folder: Path, endpoint: Endpoint) -> None:
    notes = json.loads((state_folder / "threads.json").read_text())
    print(notes)
    for note in notes.values():
        assert str(note["writing"]) in note["speeds"]
        assert str(note["reading"]) in note["speeds"]


@pytest.mark.parametrize("remembered", ["", "[]", "not json", '{"x": 1}'])
def test_garbage_where_the_threads_are_remembered_does_no_harm(
    weights_file: Path, tmp_path: Path, remembered: str
) -> None:
    (tmp_path / "threads.json").write_text(remembered)
    server = EmbeddedServer(weights_file, state_folder=tmp_path)
    try:
        assert ready(server)
    finally:
        server.close()


def test_a_state_folder_that_cannot_be_made_does_no_harm(weights_file: Path, tmp_path: Path) -> None:
    (tmp_path / "no").write_text("a file is in the way")
    server = EmbeddedServer(weights_file, state_folder=tmp_path / "no", log_file=tmp_path / "no" / "log")
    try:
        assert ready(server)
    finally:
        server.close()


def damaged_files(weights_file: Path) -> dict[str, bytes]:
    with weights_file.open("rb") as file:
        head = file.read(8_000_000)
    return {
        "text": b"just text\n" * 200,
        "cut head": head[:3000],
        "cut body": head,
        "noise": head[:8] + os.urandom(9999),
    }


@pytest.mark.parametrize("kind", ["text", "cut head", "cut body", "noise"])
@pytest.mark.parametrize("is_logged", [True, False])
def test_a_file_that_is_no_model_is_refused_in_two_lines(
    weights_file: Path, tmp_path: Path, kind: str, is_logged: bool
) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(damaged_files(weights_file)[kind])
    server = EmbeddedServer(path, state_folder=tmp_path, log_file=tmp_path / "log" if is_logged else None)
    try:
        with pytest.raises(WeightsDamaged) as caught:
            ready(server)
    finally:
        server.close()
    print(caught.value, caught.value.hint, sep="\n")
    assert str(caught.value).startswith("model.gguf cannot be loaded: ")
    assert "\n" not in str(caught.value) + caught.value.hint
    assert caught.value.hint
    assert not server.is_alive()


def test_a_process_that_dies_while_starting_is_named(server: EmbeddedServer) -> None:
    server.start()
    assert server.process_id is not None
    os.kill(server.process_id, signal.SIGKILL)
    with pytest.raises(ModelFailed, match="SIGKILL") as caught:
        server.wait_ready(CancelToken())
    assert caught.value.hint


# -- the model ------------------------------------------------------------------------------------------------------


class Scripted:
    """Asks the real server once, without streaming."""

    name, sees_images = "scripted", False

    def __init__(self, base_url: str, api_key: str) -> None:
        self.endpoint = Endpoint(base_url, api_key)

    def close(self) -> None:
        pass

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        try:
            _, answer = ask(self.endpoint, QUESTION)
        except (OSError, http.client.HTTPException) as error:
            raise ModelFailed("broken connection") from error
        yield TextDelta(answer["choices"][0]["message"]["content"])  # type: ignore[index]
        yield Finished("stop")


@pytest.fixture
def made(weights_file: Path, state_folder: Path) -> Iterator[Callable[..., EmbeddedModel]]:
    models = []

    def make(**given: object) -> EmbeddedModel:
        def serve(path: Path) -> EmbeddedServer:
            return EmbeddedServer(path, state_folder=state_folder)

        defaults: dict[str, object] = {"serve": serve, "connect": Scripted, "cancel": CancelToken()}
        models.append(EmbeddedModel("embedded", model_file=weights_file, **(defaults | given)))  # type: ignore[arg-type]
        return models[-1]

    yield make
    for model in models:
        model.close()


def replies(model: EmbeddedModel) -> list[Delta]:
    return list(model.stream("", [Instruction("hello")]))


def test_a_reply_waits_for_the_server_and_says_so(made: Callable[..., EmbeddedModel]) -> None:
    deltas = replies(made())
    assert deltas[0] == Idle()
    assert deltas[-1] == Finished("stop")


def test_a_warm_model_answers_at_once(made: Callable[..., EmbeddedModel]) -> None:
    model = made()
    model.warm()
    replies(model)
    assert Idle() not in replies(model)


def test_cancelling_while_it_starts_ends_the_stream(made: Callable[..., EmbeddedModel]) -> None:
    cancel = CancelToken()
    stream = made(cancel=cancel).stream("", [])
    assert next(stream) == Idle()
    cancel.cancel()
    assert list(stream) == []


def test_a_model_whose_server_was_killed_starts_it_again(made: Callable[..., EmbeddedModel]) -> None:
    servers: list[EmbeddedServer] = []

    def connect(base_url: str, api_key: str) -> Scripted:
        servers.append(model._server)  # type: ignore[arg-type]
        return Scripted(base_url, api_key)

    model = made(connect=connect)
    replies(model)
    process = servers[0].process_id
    assert process is not None
    os.kill(process, signal.SIGKILL)
    assert until(lambda: not servers[0].is_alive())
    assert replies(model)[-1] == Finished("stop")


def test_a_server_that_dies_in_a_reply_is_named(made: Callable[..., EmbeddedModel]) -> None:
    class Killing(Scripted):
        def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
            os.kill(model._server.process_id, signal.SIGKILL)  # type: ignore[union-attr, arg-type]
            time.sleep(0.1)
            yield from super().stream(system, messages)

    model = made(connect=Killing)
    with pytest.raises(ModelFailed, match="ended while it answered") as caught:
        replies(model)
    assert caught.value.hint


def test_what_goes_wrong_in_the_background_is_raised_by_the_next_reply(made: Callable[..., EmbeddedModel]) -> None:
    def fail(path: Path) -> EmbeddedServer:
        raise StorageFailed("full", "make room")

    model = made(serve=fail)
    model.warm()
    for _ in range(2):
        with pytest.raises(InterpreterError, match="full"):
            replies(model)
