"""The embedded model: started and connected in the background while there are other things to do."""

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import ModelFailed
from interpreter.core.messages import Message
from interpreter.core.ports import Delta, Idle, Model
from interpreter.llm.embedded_process import EmbeddedServer

_POLL = 0.1
_END_SEEN = 0.2


class Connected(Model, Protocol):
    """The adapter that talks to the server."""

    def close(self) -> None:
        """Let go of the connection."""
        ...


class EmbeddedModel:
    """A model file on this machine, as a `Model`.

    `serve` makes the server of the file; `connect` takes a base URL and a key and gives the adapter that talks to it.
    Both are called from a background thread.
    """

    sees_images = False

    def __init__(
        self,
        name: str,
        *,
        model_file: Path,
        serve: Callable[[Path], EmbeddedServer],
        connect: Callable[[str, str], Connected],
        cancel: CancelToken,
    ) -> None:
        self.name = name
        self._model_file, self._serve, self._connect = model_file, serve, connect
        self._cancel = cancel
        self._closing = CancelToken()
        self._lock = threading.Lock()
        self._starting: threading.Thread | None = None
        self._server: EmbeddedServer | None = None
        self._inner: Connected | None = None
        self._error: Exception | None = None

    def warm(self) -> None:
        """Start in the background what is not up; returns at once. What goes wrong is raised by the next `stream`."""
        with self._lock:
            if self._closing.is_set or self.is_starting or self._is_up():
                return
            self._starting = threading.Thread(target=self._start, name="embedded model start", daemon=True)
            self._starting.start()

    @property
    def is_starting(self) -> bool:
        """Whether it is on its way now; for any thread."""
        starting = self._starting
        return starting is not None and starting.is_alive()

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        """As `Model.stream`; the first deltas are `Idle` while the model is not up. A server that died is started."""
        inner = yield from self._ready()
        if inner is None:
            return
        try:
            yield from inner.stream(system, messages)
        except ModelFailed as error:
            if self._server is None or not self._server.ends_within(_END_SEEN):
                raise
            cure = "Say it again: the model starts afresh. If it happens often, it needs more memory than is free."
            raise ModelFailed("The local model ended while it answered.", cure) from error

    def close(self) -> None:
        """End the connection, then the server, or its start; safe to call twice."""
        self._closing.cancel()
        with self._lock:
            server, self._server = self._server, None
        self._disconnect()
        if server is not None:
            server.close()
        if self._starting is not None:
            self._starting.join(1)

    def _disconnect(self) -> None:
        inner, self._inner = self._inner, None
        if inner is not None:
            inner.close()

    def _is_up(self) -> bool:
        return self._inner is not None and self._server is not None and self._server.is_alive()

    def _ready(self) -> Generator[Delta, None, Model | None]:
        if self._error is None:
            self.warm()
        while self._starting is not None and self.is_starting:
            if self._cancel.is_set:
                return None
            yield Idle()
            self._starting.join(_POLL)
        error, self._error = self._error, None
        if error is not None:
            raise error
        return self._inner

    def _start(self) -> None:
        try:
            with self._lock:
                if self._closing.is_set:
                    return
                self._server = server = self._server or self._serve(self._model_file)
                server.start()
            self._disconnect()
            if endpoint := server.wait_ready(self._closing):
                self._inner = self._connect(endpoint.base_url, endpoint.api_key)
        except Exception as error:
            # A thread has nobody to raise to, and whoever asks for the next reply must not wait for ever.
            self._error = error
