"""A look at the model servers of this machine, and at what is none."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from interpreter.llm.served_here import SERVERS, Server, served_here

PATIENT = 20.0
"""Seconds for answers on a busy machine; whoever is there answers at once."""


@contextmanager
def answering(body: bytes, status: str = "200 OK") -> Iterator[Server]:
    """A server that gives everybody the same answer, then hangs up."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with listening() as (server, listener):

        def serve() -> None:
            try:
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(65536)
                        connection.sendall(head + body)
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        yield server


@contextmanager
def listening() -> Iterator[tuple[Server, socket.socket]]:
    """A port that is open, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield Server("Test", listener.getsockname()[1]), listener
        listener.shutdown(socket.SHUT_RDWR)


def models(*names: str) -> bytes:
    return json.dumps({"object": "list", "data": [{"id": name} for name in names]}).encode()


def test_a_server_is_found_with_the_names_of_its_models():
    with answering(models("qwen3-coder:30b", "llama")) as first, answering(models()) as second:
        found = served_here((second, first), PATIENT)
    assert list(found.items()) == [(second, ()), (first, ("qwen3-coder:30b", "llama"))]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"null", b'{"data": null}', b'{"data": [1]}', b'{"data": [{}]}', b"\xff", b"[" * 100_000],
    ids=["empty", "page", "list", "null", "no data", "numbers", "no names", "binary", "nested"],
)
def test_what_lists_no_models_is_no_model_server(body):
    with answering(body) as other:
        assert served_here((other,), PATIENT) == {}


def test_a_server_that_says_nothing_is_not_waited_for():
    with listening() as (silent, _):
        began = time.monotonic()
        assert served_here((silent,) * 5, 0.3) == {}
    assert time.monotonic() - began < PATIENT


def test_a_port_where_nobody_listens_is_no_server():
    with listening() as (gone, _):
        pass
    assert served_here((gone,), PATIENT) == {}


def test_nobody_but_this_machine_is_asked():
    assert {server.address for server in SERVERS} == {
        f"http://127.0.0.1:{port}/v1" for port in (11434, 1234, 8080, 8000, 1337)
    }
