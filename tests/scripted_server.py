"""A model server on loopback that answers from a script, in any provider's wire format, for tests and benches."""

import json
import socket
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread
from time import sleep
from typing import Any, Self, assert_never

from tests.scripted_replies import (
    Breaks,
    Cuts,
    Fails,
    Hangs,
    OnlyPlain,
    Plain,
    Raw,
    Refuses,
    Says,
    Script,
    Stalls,
    ToolCall,
)
from tests.wires import OPENAI, Wire

__all__ = [
    "Breaks",
    "Cuts",
    "Fails",
    "Hangs",
    "OnlyPlain",
    "Plain",
    "Raw",
    "Refuses",
    "Says",
    "Script",
    "ScriptedServer",
    "Stalls",
    "ToolCall",
]


class ScriptedServer:
    """Answers each completion request with the next reply of its script, then with the last one again and again.

    `requests` holds the bodies received, `headers` their headers, `paths` where they went; `disconnects` counts clients
    that left early.
    """

    def __init__(self, *script: Script, wire: Wire = OPENAI) -> None:
        self.wire = wire
        self.script: list[Script] = list(script)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
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
        return f"http://127.0.0.1:{self._server.server_address[1]}{self.wire.base}"

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

    @property
    def _wire(self) -> Wire:
        return self.server.scripted.wire

    def setup(self) -> None:
        super().setup()
        self.server.scripted.connections += 1

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""

    def do_GET(self) -> None:
        self._send(200, {"object": "list", "data": [{"id": "scripted", "object": "model"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.scripted.paths.append(self.path)
        reply = self.server.scripted.next_reply(body, {name.lower(): value for name, value in self.headers.items()})
        try:
            self._perform(reply, body)
        except OSError:
            self.close_connection = True
            self.server.scripted.note_disconnect()

    def _perform(self, reply: Script, body: dict[str, Any]) -> None:
        match reply:
            case Says():
                self._stream(self._wire.said(reply, body), reply.delay)
            case ToolCall():
                self._stream(self._wire.called(reply), 0)
            case Fails(status, content, headers):
                self._send(status, content, headers)
            case Refuses(status, message, code, headers):
                self._send(status, self._wire.refusal(status, message, code), headers)
            case Hangs():
                self._wait_until_left()
            case Breaks(text, rest):
                self._stream(iter([*self._wire.begun(text), *([rest] if rest else [])]), 0)
            case Stalls(text):
                self._begin_stream()
                self._send_events([*self._wire.begun(text)])
                self._wait_until_left()
            case Cuts(text):
                self._begin_stream()
                self._send_events([*self._wire.begun(text)])
                self._leave()
            case Plain():
                self._send(200, self._wire.whole(reply))
            case OnlyPlain(text):
                refusal = self._wire.refusal(400, "This server does not support streaming.", "")
                asks = self._wire.streams(self.path, body)
                self._send(*((400, refusal) if asks else (200, self._wire.whole(Plain(text)))))
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
        self._begin(200, {"Content-Type": self._wire.content_type, "Transfer-Encoding": "chunked"})

    def _stream(self, chunks: Iterator[bytes], delay: float) -> None:
        self._begin_stream()
        if not delay:
            self._send_events([*chunks, b""])
            return
        for piece in chunks:
            self._send_events([piece])
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
