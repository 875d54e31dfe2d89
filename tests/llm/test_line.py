"""A connection that is hung up ends the read that waits on it, with and without TLS."""

import shutil
import socket
import ssl
import subprocess
import threading
from pathlib import Path

import httpx
import pytest

from interpreter.llm import line as line_module
from interpreter.llm.line import HungUp, Line


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    made = tmp_path / "both.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run([*command.split(), "-keyout", made, "-out", tmp_path / "cert.pem"], check=True, capture_output=True)
    made.write_bytes(made.read_bytes() + (tmp_path / "cert.pem").read_bytes())
    return made


def silent_server(context: ssl.SSLContext | None) -> tuple[socket.socket, threading.Event]:
    """A server that takes one request, begins an answer and says no more; the event tells that it was left."""
    listener = socket.create_server(("127.0.0.1", 0))
    was_left = threading.Event()

    def serve() -> None:
        plain, _ = listener.accept()
        with context.wrap_socket(plain, server_side=True) if context else plain as peer:
            peer.recv(65536)
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nWell")
            try:
                while peer.recv(65536):
                    pass
            except OSError:
                pass
            was_left.set()

    threading.Thread(target=serve, daemon=True).start()
    return listener, was_left


def hang_up_in_the_middle(address: str) -> list[bytes]:
    """What was read before a line was hung up from another thread."""
    line, seen = Line(address, 30.0), []
    with pytest.raises(httpx.TransportError), line.client.stream("GET", address) as response:
        for piece in response.iter_bytes():
            seen.append(piece)
            threading.Timer(0.05, line.hang_up).start()
    line.close()
    return seen


def test_hanging_up_ends_a_read_that_waits() -> None:
    listener, was_left = silent_server(None)
    with listener:
        assert hang_up_in_the_middle(f"http://127.0.0.1:{listener.getsockname()[1]}/") == [b"Well"]
    assert was_left.wait(5)


def test_hanging_up_ends_an_encrypted_read_that_waits(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    line_module._tls.cache_clear()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener, was_left = silent_server(context)
    with listener:
        assert hang_up_in_the_middle(f"https://127.0.0.1:{listener.getsockname()[1]}/") == [b"Well"]
    line_module._tls.cache_clear()
    assert was_left.wait(5)


def test_a_line_that_was_hung_up_sends_nothing_more() -> None:
    line = Line("http://127.0.0.1:9/", 1.0)
    line.hang_up()

    with pytest.raises(HungUp):
        _ = line.client
