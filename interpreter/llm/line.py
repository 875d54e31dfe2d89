"""One HTTP connection to a model's server, which any thread can hang up at any moment."""

import socket
from contextlib import suppress
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import ssl

    import httpx

    from interpreter.llm.watched import Watched

CONNECT_TIMEOUT = 10.0

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_KEPT = 30.0
"""Seconds an unused connection is kept: many servers close theirs not much later."""


class HungUp(Exception):
    """The line was hung up before the request could be sent."""


class Line:
    """An httpx client with a single connection, made when first asked for.

    A blocked read ends when its socket is shut down, and not when the client is closed: hence the trace, which httpx
    calls with each socket that it opens. A line that was hung up stays dead. With `watches` it knows of each response
    whether it came to its end.
    """

    def __init__(self, address: str, read_timeout: float, *, watches: bool = False) -> None:
        self._watches = watches
        self._address = address
        self._read_timeout = read_timeout
        self._lock = Lock()
        self._client: httpx.Client | None = None
        self._stream: Any = None
        self._response: httpx.Response | None = None
        self._body: Watched | None = None
        self.is_hung_up = False

    @property
    def client(self) -> "httpx.Client":
        """The client to send requests with; raises `HungUp` when that is too late."""
        with self._lock:
            if self.is_hung_up:
                raise HungUp
            if self._client is None:
                self._client = self._new_client()
            return self._client

    @property
    def timeout(self) -> "httpx.Timeout":
        """The time limits of each request."""
        import httpx

        return httpx.Timeout(self._read_timeout, connect=CONNECT_TIMEOUT, pool=CONNECT_TIMEOUT)

    def hang_up(self) -> None:
        """End whatever goes on; the thread that waits for the server gets an error at once."""
        self.is_hung_up = True
        stream = self._stream
        if stream is not None:
            _shut_down(stream.get_extra_info("socket"))

    @property
    def answers_in_one_piece(self) -> bool:
        """Whether the last response was a single JSON object, and no stream of any kind."""
        response = self._response
        return response is not None and response.headers.get("content-type", "").startswith("application/json")

    @property
    def was_cut(self) -> bool:
        """Whether the last response, if there was one, is over without the words that end a reply in any format."""
        return self._body is not None and not self._body.saw_end

    def settle(self) -> None:
        """Read what is left of the last response and give its connection back; only from the thread that uses it."""
        response, self._response = self._response, None
        if response is None or response.is_closed:
            return
        with suppress(Exception):
            for _ in response.stream:  # type: ignore[union-attr]
                pass
        response.close()

    def close(self) -> None:
        """Give the connection back; only from the thread that uses it, or when none does."""
        with self._lock:
            if self._client is not None:
                self._client.close()

    def _new_client(self) -> "httpx.Client":
        import httpx

        parts = urlsplit(self._address)
        is_local = parts.hostname in _LOOPBACK
        is_plain = is_local and parts.scheme == "http"
        return httpx.Client(
            verify=False if is_plain else _tls(),  # 16 ms that plain HTTP need not pay
            follow_redirects=not is_plain,  # it could lead to TLS, unverified
            trust_env=not is_local,  # a proxy cannot reach a server on this machine
            timeout=self.timeout,
            # llama.cpp says keep-alive and closes all the same: on loopback a new connection costs next to nothing
            limits=httpx.Limits(
                max_connections=1, max_keepalive_connections=0 if is_plain else 1, keepalive_expiry=_KEPT
            ),
            event_hooks={"request": [self._listen], "response": [self._note]},
        )

    def _listen(self, request: "httpx.Request") -> None:
        if self.is_hung_up:
            raise HungUp
        request.extensions = {**request.extensions, "trace": self._trace}

    def _note(self, response: "httpx.Response") -> None:
        if self._watches:
            from interpreter.llm.watched import Watched

            self._response = response
            self._body = response.stream = Watched(response.stream)

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete", "connect_unix_socket.complete")):
            self._stream = info["return_value"]
            if self.is_hung_up:
                self._stream.close()
                raise HungUp


def _shut_down(connection: Any) -> None:
    try:
        # the plain method also for TLS: its own would change the object under the thread that reads from it
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except (OSError, TypeError):
        return


@cache
def _tls() -> "ssl.SSLContext":
    import httpx

    return httpx.create_ssl_context()
