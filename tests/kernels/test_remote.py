"""Kernels on a Jupyter Server: what can go wrong between here and there, and what must never leave."""

import http.server
import os
import shutil
import signal
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import InterpreterError, KernelFailed, KernelMissing, KeyRejected, WrongUsage
from interpreter.core.ports import InputAsked
from interpreter.kernels import remote_launch, remote_life, wire
from interpreter.kernels.jupyter_kernel import JupyterKernel
from interpreter.kernels.remote_kernels import RemoteKernels
from interpreter.kernels.server_address import ServerAddress
from tests.kernels.driving import eventually, is_running, meanwhile, run
from tests.kernels.jupyter_server import TOKEN, UNLIMITED, JupyterServer, free_port, jupyter_server, remote_kernels
from tests.kernels.proxy import Proxy, proxy_to
from tests.kernels.test_looks import SAYS, looked

HANG = 75
"""Seconds that stand for ever: five times what is promised."""
SLOW = "import time\nprint('first', flush=True)\ntime.sleep({})\nprint('second')"


@pytest.fixture
def token() -> CancelToken:
    return CancelToken()


@pytest.fixture
def kernels(server: JupyterServer, token: CancelToken) -> Iterator[RemoteKernels]:
    kernels = remote_kernels(server, token, allows_input=True)
    yield kernels
    kernels.close()
    assert server.kernels == []


@pytest.fixture
def kernel(kernels: RemoteKernels) -> JupyterKernel:
    return kernels.get("python")


@pytest.fixture
def proxy(server: JupyterServer) -> Iterator[Proxy]:
    with proxy_to(server.port) as proxy:
        yield proxy


@pytest.fixture
def behind(proxy: Proxy, server: JupyterServer, token: CancelToken) -> Iterator[JupyterKernel]:
    """A kernel that is reached through the proxy."""
    kernels = RemoteKernels(ServerAddress(proxy.url, TOKEN), cancel=token, allows_input=True)
    yield kernels.get("python")
    kernels.close()
    assert server.kernels == []


def test_a_running_block_can_be_looked_at(kernel: JupyterKernel) -> None:
    ran, ((cell, inner),) = looked(kernel, f"def f(count):\n    {SAYS}    time.sleep(count)\nimport time\nf(2)")
    assert (cell.line, inner.function, inner.line, inner.variables[0].preview) == (5, "f", 3, "2")
    assert (ran.stdout, ran.ended.status) == ("go\n", "ok")


def error_of(address: ServerAddress, language: str = "python") -> InterpreterError:
    """What is raised where there can be no kernel, and how long it takes is bounded."""
    kernels = RemoteKernels(address, cancel=CancelToken(), allows_input=False)
    began = time.monotonic()
    try:
        with pytest.raises(InterpreterError) as raised:
            kernels.get(language)
    finally:
        kernels.close()
    assert time.monotonic() - began < HANG
    assert str(raised.value) and raised.value.hint and TOKEN not in f"{raised.value}{raised.value.hint}"
    return raised.value


# What cannot begin


@pytest.mark.parametrize(("given", "said"), [("not-the-token-at-all", "refused the token"), ("", "wants a token")])
def test_a_wrong_or_missing_token_is_told_at_once(server: JupyterServer, given: str, said: str) -> None:
    error = error_of(ServerAddress(server.url, given))

    assert isinstance(error, KeyRejected) and error.exit_code == 2
    assert said in str(error) and "not-the-token" not in str(error)


def test_nobody_at_the_address_is_told() -> None:
    error = error_of(ServerAddress(f"http://127.0.0.1:{free_port()}", TOKEN))

    assert isinstance(error, KernelFailed) and error.exit_code == 1
    assert "Nobody answers" in str(error)


def test_an_address_that_is_no_server_is_told(server: JupyterServer) -> None:
    error = error_of(ServerAddress(f"{server.url}/elsewhere", TOKEN))

    assert isinstance(error, WrongUsage) and "There is no Jupyter server" in str(error)


def test_a_certificate_that_is_not_trusted_is_told(tmp_path: Path) -> None:
    with tls_server(tmp_path) as url:
        error = error_of(ServerAddress(url, TOKEN))

    assert "certificate" in str(error) and "SSL_CERT_FILE" in error.hint


def test_a_language_without_kernel_names_what_the_server_has(server: JupyterServer) -> None:
    error = error_of(server.address, "cobol")

    assert isinstance(error, KernelMissing)
    assert server.address.place in f"{error}" and "python" in error.hint


def test_a_kernel_that_does_not_start_is_told_and_not_left(server: JupyterServer) -> None:
    error = error_of(server.address, "broken")

    assert isinstance(error, KernelFailed)
    assert server.kernels == []


def test_a_kernel_that_ends_as_it_starts_is_waited_for_once(
    server: JupyterServer, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_launch, "READY_SECONDS", 3.0)

    error = error_of(ServerAddress(proxy.url, TOKEN), "silent")

    assert isinstance(error, KernelFailed) and "ipykernel" in error.hint
    assert proxy.sent.count(b"Upgrade: websocket") == 1
    assert eventually(lambda: server.kernels == [])


def test_a_redirect_is_not_followed_and_gets_no_token() -> None:
    with (
        answering(lambda request: (200, {})) as (other, asked),
        answering(lambda request: (302, {"Location": f"{other}/api/kernelspecs"})) as (first, _),
    ):
        error = error_of(ServerAddress(first, TOKEN))

    assert "elsewhere" in str(error)
    assert asked == []


# What holds while it runs


def test_input_and_passwords_are_asked_for_and_answered(kernel: JupyterKernel) -> None:
    def answer(event: object) -> None:
        if isinstance(event, InputAsked):
            kernel.answer("secret" if event.password else "Ann")

    code = "from getpass import getpass\nname = input('Name? ')\nprint(name, getpass('Key? '))"
    assert run(kernel, code, seen=answer).stdout == "Ann secret\n"


def test_exit_keeps_the_kernel_and_children_have_no_input(kernel: JupyterKernel) -> None:
    run(kernel, "x = 6\nexit()")
    assert run(kernel, "import os; print(os.environ.get('JUPYTER_TOKEN'))").stdout == "None\n"

    assert run(kernel, "!cat\nprint(x)").stdout == "6\n"
    assert [variable.name for variable in kernel.variables()] == ["x"]


def test_no_history_is_kept_on_the_server(kernel: JupyterKernel) -> None:
    assert run(kernel, "print(get_ipython().history_manager.enabled)").stdout == "False\n"


def test_one_huge_line_comes_in_pieces_and_what_the_server_drops_is_told(kernel: JupyterKernel) -> None:
    ran = run(kernel, "print('x' * 50_000_000)")

    assert "The server left out output" in ran.ended.note and "iopub_data_rate_limit" in ran.ended.note
    assert "IOPub" not in ran.stderr
    assert set(ran.stdout.strip()) == {"x"}
    assert run(kernel, "print(1)").ended.note == ""


def test_a_huge_value_is_cut_on_the_server(kernel: JupyterKernel) -> None:
    assert len(run(kernel, "'x' * 50_000_000").shown[0]) < 2_000_000


def test_a_kernel_that_died_while_nothing_ran_is_told_with_the_next_block(
    kernel: JupyterKernel, server: JupyterServer
) -> None:
    pid = int(run(kernel, "import os; x = 1; print(os.getpid())").stdout)
    restarts = server.log.count("restarted")
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: server.log.count("restarted") > restarts and not is_running(pid))

    ran = run(kernel, "print('x' in globals())")

    assert "lost" in ran.ended.note
    assert ran.stdout == ("False\n" if ran.ended.status == "ok" else "")


def test_closing_leaves_the_kernels_of_others(server: JupyterServer, token: CancelToken) -> None:
    theirs, ours = remote_kernels(server, token), remote_kernels(server, token)
    run(theirs.get("python"), "x = 1")
    run(ours.get("python"), "x = 2")
    assert len(server.kernels) == 2

    ours.close()

    assert len(server.kernels) == 1
    assert run(theirs.get("python"), "print(x)").stdout == "1\n"
    theirs.close()


def test_a_server_without_the_binary_protocol_is_spoken_to_in_json(
    server: JupyterServer, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "BINARY", "v9.nobody.knows")
    kernels = remote_kernels(server, token)

    ran = run(kernels.get("python"), "print('naïve 🎈')")

    kernels.close()
    assert ran.stdout == "naïve 🎈\n"


# What breaks


def test_a_dropped_connection_in_mid_block_is_made_again(behind: JupyterKernel, proxy: Proxy) -> None:
    run(behind, "kept = 41")

    with meanwhile(1, proxy.drop):
        ran = run(behind, SLOW.format(3))

    assert (ran.ended.status, ran.stdout) == ("ok", "first\nsecond\n")
    assert "broke and was made again" in ran.ended.note
    assert run(behind, "print(kept + 1)").stdout == "42\n"


def test_a_connection_dropped_between_blocks_is_made_again_in_silence(behind: JupyterKernel, proxy: Proxy) -> None:
    run(behind, "kept = 41")
    proxy.drop()

    ran = run(behind, "print(kept + 1)")

    assert (ran.stdout, ran.ended.note) == ("42\n", "")


def test_an_interrupt_reaches_a_block_whose_connection_broke(
    behind: JupyterKernel, proxy: Proxy, token: CancelToken
) -> None:
    with meanwhile(1, proxy.drop), meanwhile(1.5, token.cancel):
        ran = run(behind, "kept = 41\nwhile True: pass")

    token.clear()
    assert ran.ended.status == "interrupted"
    assert run(behind, "print(kept + 1)").stdout == "42\n"


def test_a_peer_that_goes_silent_is_noticed_and_a_lost_end_is_told(
    behind: JupyterKernel, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "QUIET_SECONDS", 1.0)
    monkeypatch.setattr(wire, "DEAD_SECONDS", 3.0)
    run(behind, "kept = 41")

    with meanwhile(0.5, proxy.freeze):
        ran = run(behind, SLOW.format(2))

    assert ran.ended.status == "failed"
    assert ran.failure.name == "ConnectionLost" and "Variables are kept" in ran.failure.message
    assert run(behind, "print(kept + 1)").stdout == "42\n"


@pytest.mark.parametrize("kindly", [True, False], ids=["ended", "killed"])
def test_a_server_restarted_in_mid_block_is_told_and_a_later_block_runs(
    tmp_path: Path, token: CancelToken, kindly: bool
) -> None:
    with jupyter_server(tmp_path) as server:
        kernels = remote_kernels(server, token)
        run(kernels.get("python"), "kept = 41")

        def restart() -> None:
            server.stop(kindly=kindly)
            server.start()

        with meanwhile(1, restart):
            ran = run(kernels.get("python"), SLOW.format(600))
        assert eventually(lambda: tells(kernels, "print('kept' in globals())") == "False\n")
        kernels.close()
        assert server.kernels == []

    assert ran.ended.status == "died" and ran.ended.seconds < HANG
    assert "lost" in ran.ended.note or "could not be started again" in ran.ended.note


def tells(kernels: RemoteKernels, code: str) -> str:
    with suppress(KernelFailed):
        return run(kernels.get("python"), code).stdout
    return ""


def test_a_server_that_stays_away_ends_the_block_and_the_next_is_an_error(
    tmp_path: Path, token: CancelToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_life, "RECONNECT_SECONDS", 3.0)
    with jupyter_server(tmp_path) as server:
        kernels = remote_kernels(server, token)
        run(kernels.get("python"), "kept = 41")
        with meanwhile(1, lambda: server.stop(kindly=False)):
            ran = run(kernels.get("python"), SLOW.format(600))

        began = time.monotonic()
        with pytest.raises(KernelFailed, match="Nobody answers"):
            kernels.get("python")
        kernels.close()

    assert ran.ended.status == "died" and ran.ended.seconds < HANG
    assert "could not be reached" in ran.ended.note and "could not be started again" in ran.ended.note
    assert time.monotonic() - began < HANG


def test_without_the_servers_limits_all_arrives_but_what_is_too_much_for_one_message(
    tmp_path: Path, token: CancelToken
) -> None:
    with jupyter_server(tmp_path, *UNLIMITED) as server:
        kernels = remote_kernels(server, token)
        kernel = kernels.get("python")
        # While nobody reads, the kernel's queue runs full.
        with meanwhile(0.2, lambda: server.pauses(2)):
            flood = run(kernel, "for _ in range(3):\n    print('x' * 100_000_000)")
        unbounded = "import sys\nsys.stdout.__class__.write(sys.stdout, 'y' * 100_000_000)\nkept = 41"
        huge = run(kernel, unbounded)
        after = [run(kernel, "print(kept + 1)").stdout for _ in range(3)]
        kernels.close()

    assert sum(len(each.text) + each.left_out for each in flood.outputs) == 300_000_003
    assert flood.ended.note == ""
    assert "100,000," in huge.ended.note and "left out" in huge.ended.note and huge.stdout == ""
    assert after == ["42\n"] * 3


def test_a_message_beyond_all_bounds_is_not_read() -> None:
    frames = wire._Frames(Feed().read, True)

    with pytest.raises(wire.TooLong, match="1,099,511,627,776 bytes"):
        frames.recv_frame()


class Feed:
    """The beginning of a frame that is a terabyte long."""

    def __init__(self) -> None:
        self.data = b"\x82\x7f" + (1 << 40).to_bytes(8, "big")

    def read(self, size: int) -> bytes:
        data, self.data = self.data[:size], self.data[size:]
        return data


# What must not leave


def test_the_token_travels_in_one_header_alone(behind: JupyterKernel, proxy: Proxy) -> None:
    run(behind, "print(1)")

    assert proxy.sent.count(TOKEN.encode()) == proxy.sent.count(f"Authorization: token {TOKEN}\r\n".encode()) >= 3


# Servers of a few lines


@contextmanager
def answering(answer: Callable[[str], tuple[int, dict[str, str]]]) -> Iterator[tuple[str, list[str]]]:
    """A web server with one answer, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, headers = answer(self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *args: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def tls_server(folder: Path) -> Iterator[str]:
    """A server whose certificate nobody has signed but itself."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here to make a certificate with")
    files = ["-keyout", str(folder / "key"), "-out", str(folder / "certificate")]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost", *files]
    subprocess.run(make, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate", folder / "key")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
