"""An OpenAI-compatible server on loopback that answers from a script, for tests and benches."""

import json
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from time import monotonic, sleep
from typing import Any, Self, TypeAlias, assert_never


@dataclass(frozen=True)
class Says:
    """A streamed answer, `chunk` characters a piece (None: in one), `delay` seconds between pieces.

    `usage` are prompt and completion tokens; None sends no usage at all.
    """

    text: str
    chunk: int | None = None
    usage: tuple[int, int] | None = (10, 5)
    cached: int = 0
    finish: str | None = "stop"
    reasoning: str = ""
    delay: float = 0.0
    ends: bool = True
    """Whether `[DONE]` is sent."""


@dataclass(frozen=True)
class ToolCall:
    """A streamed call of a function, its arguments in pieces of `chunk` characters."""

    name: str
    arguments: str
    chunk: int = 5
    finish: str = "tool_calls"


@dataclass(frozen=True)
class Fails:
    """An error status; a mapping as body is sent as JSON."""

    status: int
    body: Mapping[str, Any] | str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hangs:
    """Takes the request and sends nothing, until the client leaves."""


@dataclass(frozen=True)
class Stalls:
    """Sends the text, then nothing, until the client leaves."""

    text: str


@dataclass(frozen=True)
class Cuts:
    """Sends the text and closes the connection in the middle of the stream."""

    text: str


@dataclass(frozen=True)
class Plain:
    """A completion in one piece of JSON, whatever was asked for."""

    text: str
    finish: str | None = "stop"
    extra: Mapping[str, Any] = field(default_factory=dict)
    """More members of the message, such as `tool_calls`."""


@dataclass(frozen=True)
class Raw:
    """These bytes as the body; they are sent as they stand."""

    body: bytes
    content_type: str = "text/event-stream"


@dataclass(frozen=True)
class OnlyPlain:
    """Refuses to stream, and answers a request that does not ask for it."""

    text: str


Script: TypeAlias = Says | ToolCall | Fails | Hangs | Stalls | Cuts | Plain | Raw | OnlyPlain


class ScriptedServer:
    """Answers each completion request with the next reply of its script, then with the last one again and again.

    `requests` holds the bodies received, `headers` their headers; `disconnects` counts clients that left early.
    """

    def __init__(self, *script: Script) -> None:
        self.script: list[Script] = list(script)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.disconnects = 0
        self.connections = 0
        self.closing = Event()
        self._changed = Condition()
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.scripted = self
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """The address to give as `--api-base`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def next_reply(self, body: dict[str, Any], headers: dict[str, str]) -> Script:
        """Record a request and take the reply to it."""
        with self._changed:
            position = len(self.requests)
            self.requests.append(body)
            self.headers.append(headers)
            self._changed.notify_all()
        if not self.script:
            return Says("The script is empty.")
        return self.script[min(position, len(self.script) - 1)]

    def note_disconnect(self) -> None:
        """A client left before its reply was over."""
        with self._changed:
            self.disconnects += 1
            self._changed.notify_all()

    def wait_for(self, *, requests: int = 0, disconnects: int = 0, timeout: float = 10.0) -> bool:
        """Wait until that many requests or disconnects have been seen."""
        with self._changed:
            return self._changed.wait_for(
                lambda: len(self.requests) >= requests and self.disconnects >= disconnects, timeout
            )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    scripted: ScriptedServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave are part of the play."""


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.scripted.connections += 1

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""

    def do_GET(self) -> None:
        self._send(200, {"object": "list", "data": [{"id": "scripted", "object": "model"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        reply = self.server.scripted.next_reply(body, {name.lower(): value for name, value in self.headers.items()})
        try:
            self._perform(reply, body)
        except OSError:
            self.close_connection = True
            self.server.scripted.note_disconnect()

    def _perform(self, reply: Script, body: dict[str, Any]) -> None:
        match reply:
            case Says():
                self._stream(_pieces(reply, body), reply.delay)
            case ToolCall():
                self._stream(_call_pieces(reply), 0)
            case Fails(status, content, headers):
                self._send(status, content, headers)
            case Hangs():
                self._wait_until_left()
            case Stalls(text):
                self._begin_stream()
                self._send_events([_chunk({"content": text})])
                self._wait_until_left()
            case Cuts(text):
                self._begin_stream()
                self._send_events([_chunk({"content": text})])
                self._leave()
            case Plain(text, finish, extra):
                self._send(200, _completion({"role": "assistant", "content": text, **extra}, finish))
            case OnlyPlain(text):
                refusal = {"error": {"message": "This server does not support streaming."}}
                completion = _completion({"role": "assistant", "content": text}, "stop")
                self._send(*((400, refusal) if body.get("stream") else (200, completion)))
            case Raw(content, kind):
                self._begin(200, {"Content-Type": kind, "Content-Length": str(len(content))})
                self.wfile.write(content)
            case _:
                assert_never(reply)

    def _send(self, status: int, content: Mapping[str, Any] | str, headers: Mapping[str, str] | None = None) -> None:
        data = content.encode() if isinstance(content, str) else json.dumps(content).encode()
        kind = "text/plain" if isinstance(content, str) else "application/json"
        self._begin(status, {"Content-Type": kind, "Content-Length": str(len(data)), **(headers or {})})
        self.wfile.write(data)

    def _begin(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _begin_stream(self) -> None:
        self._begin(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})

    def _stream(self, chunks: Iterator[bytes], delay: float) -> None:
        self._begin_stream()
        if not delay:
            self._send_events([*chunks, b""])
            return
        for chunk in chunks:
            self._send_events([chunk])
            sleep(delay)
        self._send_events([b""])

    def _send_events(self, events: Sequence[bytes]) -> None:
        """Each event as one HTTP chunk; an empty one ends the body."""
        self.wfile.write(b"".join(b"%x\r\n%b\r\n" % (len(event), event) for event in events))

    def _wait_until_left(self) -> None:
        """Return when the server closes; raise when the client has left."""
        self.connection.settimeout(0.02)
        while not self.server.scripted.closing.is_set():
            try:
                if not self.connection.recv(1):
                    raise ConnectionResetError
            except TimeoutError:
                continue
        self.close_connection = True

    def _leave(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def _pieces(reply: Says, body: dict[str, Any]) -> Iterator[bytes]:
    yield _chunk({"role": "assistant", "content": ""})
    if reply.reasoning:
        yield _chunk({"reasoning_content": reply.reasoning})
    size = reply.chunk or max(1, len(reply.text))
    for at in range(0, len(reply.text), size):
        yield _chunk({"content": reply.text[at : at + size]})
    if reply.finish:
        yield _chunk({}, reply.finish)
    if reply.usage and (body.get("stream_options") or {}).get("include_usage"):
        yield _event({**_head(), "choices": [], "usage": _usage(*reply.usage, reply.cached)})
    if reply.ends:
        yield b"data: [DONE]\n\n"


def _call_pieces(reply: ToolCall) -> Iterator[bytes]:
    named = {"index": 0, "id": "call_1", "type": "function", "function": {"name": reply.name, "arguments": ""}}
    yield _chunk({"role": "assistant", "content": None, "tool_calls": [named]})
    for at in range(0, len(reply.arguments), reply.chunk):
        piece = {"arguments": reply.arguments[at : at + reply.chunk]}
        yield _chunk({"tool_calls": [{"index": 0, "function": piece}]})
    yield _chunk({}, reply.finish)
    yield b"data: [DONE]\n\n"


def _chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
    return _event({**_head(), "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def _event(value: dict[str, Any]) -> bytes:
    return b"data: %b\n\n" % json.dumps(value).encode()


def _head() -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": int(monotonic()), "model": "scripted"}


def _completion(message: dict[str, Any], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return {**_head(), "object": "chat.completion", "choices": [choice], "usage": _usage(10, 5, 0)}


def _usage(prompt: int, completion: int, cached: int) -> dict[str, Any]:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": cached},
    }
