"""A look at the model servers of this machine, and at what is none."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from interpreter.llm.ollama_host import is_here, ollama_url
from interpreter.llm.served_here import SERVERS, Server, served_here, usual_servers
from interpreter.llm.server_answers import Served
from tests.llm.here_servers import llama_cpp, lm_studio, ollama, openai_list, serving, vllm

PATIENT = 20.0
"""Seconds for answers on a busy machine; whoever is there answers at once."""


@contextmanager
def answering(body: bytes, status: str = "200 OK", head: str = "") -> Iterator[Server]:
    """A server that gives everybody the same answer, then hangs up."""
    said = f"HTTP/1.1 {status}\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    with talking([said]) as server:
        yield server


@contextmanager
def talking(pieces: list[bytes], pause: float = 0.0) -> Iterator[Server]:
    """A server that says these pieces to everybody, with a pause after each, then hangs up."""
    with listening() as (server, listener):

        def serve() -> None:
            try:
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(65536)
                        for piece in pieces:
                            connection.sendall(piece)
                            time.sleep(pause)
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
    return json.dumps(openai_list(*names)).encode()


def look(name: str, answers: dict[str, object]) -> dict[str, Served]:
    with serving(answers) as routes:
        server = Server(name, routes.port)
        return {model.name: model for model in served_here((server,), PATIENT)[server]}


def test_a_server_is_found_with_the_names_of_its_models():
    with answering(models("qwen3-coder:30b", "llama")) as first, answering(models()) as second:
        found = served_here((second, first), PATIENT)
    assert list(found.items()) == [(second, ()), (first, (Served("qwen3-coder:30b"), Served("llama")))]


def test_ollama_tells_sizes_abilities_what_is_loaded_and_its_contexts():
    answers = ollama(
        ("qwen3:8b", 5_200_000_000, ["completion", "tools"]),
        ("llava:7b", 4_700_000_000, ["completion", "vision"]),
        ("nomic-embed-text:latest", 274_000_000, ["embedding"]),
        loaded={"qwen3:8b": 16384},
    )
    found = look("Ollama", answers)
    assert found["qwen3:8b"] == Served(
        "qwen3:8b", 16384, 32768, 5_200_000_000, sees_images=False, chats=True, is_loaded=True
    )
    assert found["llava:7b"].sees_images and found["llava:7b"].context is None
    assert not found["nomic-embed-text:latest"].chats


def test_the_context_in_a_modelfile_counts_where_nothing_is_loaded():
    answers = ollama(("a", 1, ["completion"]), parameters='stop "<|im_end|>"\nnum_ctx                        24576')
    assert look("Ollama", answers)["a"].context == 24576


def test_an_ollama_that_only_lists_is_one_all_the_same():
    found = look("Ollama", {"/v1/models": openai_list("a", "bge-m3:latest")})
    assert found == {"a": Served("a"), "bge-m3:latest": Served("bge-m3:latest", chats=False)}


def test_models_that_ollama_passes_on_to_its_maker_are_not_here():
    answers = ollama(("qwen3-coder:480b-cloud", 300, ["completion"]), ("here", 300, ["completion"]))
    answers["/api/tags"]["models"][1]["remote_host"] = "https://ollama.com:443"
    assert [model.is_here for model in look("Ollama", answers).values()] == [False, False]


def test_lm_studio_tells_kinds_states_and_contexts():
    found = look("LM Studio", lm_studio())
    assert found["qwen/qwen3-8b"] == Served("qwen/qwen3-8b", 8192, 40960, sees_images=False, is_loaded=True)
    assert found["qwen2-vl-7b"].sees_images and not found["qwen2-vl-7b"].is_loaded
    assert not found["text-embedding-nomic"].chats


def test_llama_cpp_tells_the_context_of_a_slot_and_whether_it_sees():
    found = look("llama.cpp", llama_cpp())
    assert found["qwen2.5-coder-7b.gguf"] == Served(
        "qwen2.5-coder-7b.gguf", 12288, 32768, 4_700_000_000, sees_images=True, is_loaded=True
    )


def test_vllm_tells_its_longest_context():
    found = look("vLLM", vllm())
    assert found["Qwen/Qwen2.5-Coder-7B-Instruct"].context == 32768
    assert found["Qwen/Qwen2.5-Coder-7B-Instruct"].is_loaded


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"null", b'{"data": null}', b'{"data": [1]}', b'{"data": [{}]}', b"\xff", b"[" * 100_000],
    ids=["empty", "page", "list", "null", "no data", "numbers", "no names", "binary", "nested"],
)
def test_what_lists_no_models_is_no_model_server(body):
    with answering(body) as other:
        assert served_here((other,), PATIENT) == {}


@pytest.mark.parametrize(
    "odd", [None, [], 3, "x", {"models": 3}, {"models": [3, {}, {"name": 4}]}, {"data": [{"id": 1}]}]
)
def test_odd_answers_to_further_questions_change_nothing(odd):
    listed = {"/v1/models": openai_list("a")}
    for name, routes in (("Ollama", ("/api/tags", "/api/ps", "/api/show")), ("LM Studio", ("/api/v0/models",))):
        assert look(name, {**listed, **dict.fromkeys(routes, odd)})["a"].name == "a"
    assert look("llama.cpp", {**listed, "/props": odd})["a"].name == "a"


@pytest.mark.parametrize(
    "status", ["302 Found", "301 Moved Permanently", "401 Unauthorized", "500 Oh", "404 Not Found"]
)
def test_a_server_that_leads_elsewhere_or_refuses_is_none(status):
    asked = []
    with serving({"/v1/models": lambda body: asked.append(1) or openai_list("stolen")}) as other:
        head = f"Location: {other.url}/v1/models\r\n"
        with answering(models("a"), status, head) as server:
            assert served_here((server,), PATIENT) == {}
    assert not asked


def test_a_list_without_an_end_is_not_read_to_it():
    huge = [b"HTTP/1.1 200 OK\r\n\r\n", *[b" " * 1_000_000] * 50]
    with talking(huge) as server:
        assert served_here((server,), PATIENT) == {}


def test_a_server_that_says_nothing_is_not_waited_for():
    with listening() as (silent, _):
        began = time.monotonic()
        assert served_here((silent,) * 5, 0.3) == {}
    assert time.monotonic() - began < PATIENT


def test_a_server_that_speaks_a_byte_at_a_time_is_not_waited_for():
    slow = [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", *[b" "] * 200]
    with talking(slow, 0.05) as server:
        began = time.monotonic()
        assert served_here((server,), 0.3) == {}
    assert time.monotonic() - began < 5.0


def test_what_a_slow_server_has_said_in_time_is_kept():
    def slowly(body):
        time.sleep(3)
        return {}

    with serving({**ollama(("a", 7, ["completion"])), "/api/show": slowly}) as routes:
        server = Server("Ollama", routes.port)
        found = served_here((server,), 2.0)
    assert found[server] == (Served("a", size=7),)


def test_a_port_where_nobody_listens_is_no_server():
    with listening() as (gone, _):
        pass
    assert served_here((gone,), PATIENT) == {}


def test_nobody_but_this_machine_is_asked():
    assert {server.address for server in SERVERS} == {
        f"http://127.0.0.1:{port}/v1" for port in (11434, 1234, 8080, 8000, 1337)
    }
    for host in ("10.0.0.1", "http://ollama.example.com", "https://127.evil.com", "gpu-box:11434"):
        assert "Ollama" not in [server.name for server in usual_servers({"OLLAMA_HOST": host})]


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("[::]:80", "http://127.0.0.1:80"),
        ("example.com", "http://example.com:11434"),
        ("example.com:56789", "http://example.com:56789"),
        ("1.2.3.4", "http://1.2.3.4:11434"),
        (":56789", "http://127.0.0.1:56789"),
        ("[::1]", "http://[::1]:11434"),
        ("[::1]:1337", "http://[::1]:1337"),
        ("::1", "http://[::1]:11434"),
        ("http://1.2.3.4", "http://1.2.3.4:80"),
        ("https://1.2.3.4", "https://1.2.3.4:443"),
        ("https://example.com:56789/ollama/", "https://example.com:56789/ollama"),
        ("example.com:66000", "http://example.com:11434"),
        ("'example.com:1'", "http://example.com:1"),
        ('" localhost "', "http://localhost:11434"),
    ],
)
def test_ollamas_own_variable_is_read_as_ollama_reads_it(said, url):
    assert ollama_url(said) == url


@pytest.mark.parametrize(
    ("url", "here"),
    [("http://localhost:1/v1", True), ("http://127.9.9.9", True), ("http://[::1]:1", True), ("http://0x7f.1", False)]
    + [(url, False) for url in ("http://127.0.0.1.example.com", "http://10.0.0.1", "", "http://[bad", "localhost")],
)
def test_an_address_is_here_when_it_is_a_loopback_one(url, here):
    assert is_here(url) is here


def test_an_ollama_at_another_port_is_found():
    with serving(ollama(("a", 1, ["completion"]))) as routes:
        servers = usual_servers({"OLLAMA_HOST": f"0.0.0.0:{routes.port}"})
        assert [model.name for model in served_here(servers[:1], PATIENT)[servers[0]]] == ["a"]
