"""A TCP proxy between us and a server, which can drop, freeze and look at what passes."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Proxy:
    """Forwards to a port of this machine; `sent` is all that clients sent."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._frozen: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.sent = b""
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def drop(self) -> None:
        """Break every connection that there is now."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for each in (end for pair in pairs for end in pair):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def freeze(self) -> None:
        """From now on, swallow all that passes through the connections that there are now; nobody is told."""
        with self._lock:
            self._frozen.update(end for pair in self._pairs for end in pair)

    def close(self) -> None:
        self._listener.close()
        self.drop()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection(("127.0.0.1", self._to))
                except OSError:
                    client.close()
                    continue
                for each in (client, server):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._lock:
                    self._pairs.append((client, server))
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._forward, args=(*ends, ends[0] is client), daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket, is_ours: bool) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                if is_ours:
                    self.sent += data
                if source not in self._frozen:
                    target.sendall(data)
        if source not in self._frozen:
            for each in (source, target):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy_to(port: int) -> Iterator[Proxy]:
    """A proxy that runs meanwhile."""
    proxy = Proxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
