"""Short questions to a server on this machine, whose answers are JSON or nothing."""

import http.client
import json
import time
from typing import Any
from urllib.parse import urlsplit

_LONGEST = 2_000_000
"""Bytes of an answer that are read; a longer one is none."""

_PIECE = 65_536


class HereClient:
    """One connection, asked one question after the other until a moment of the monotonic clock.

    Whatever goes wrong, the answer is None: no server, another kind of server, a page, a redirection, a slow one.
    """

    def __init__(self, root: str, deadline: float) -> None:
        self._deadline = deadline
        parts = urlsplit(root)
        self._path = parts.path.rstrip("/")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "127.0.0.1", parts.port, timeout=self._left())

    def get(self, path: str) -> Any:
        """The answer to a GET."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to a question that changes nothing, put as JSON."""
        return self._ask("POST", path, json.dumps(body).encode())

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None) -> Any:
        if self._left() <= 0.001:
            return None
        headers = {"Accept": "application/json", **({"Content-Type": "application/json"} if body else {})}
        try:
            self._hurry()
            self._connection.request(method, f"{self._path}{path}", body, headers)
            response = self._connection.getresponse()
            content = self._read(response)
            return json.loads(content) if response.status == 200 else None
        except (OSError, http.client.HTTPException, ValueError, RecursionError):
            self._connection.close()
            return None

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        content = b""
        while piece := response.read1(_PIECE):
            content += piece
            if len(content) > _LONGEST or self._left() <= 0:
                raise ValueError("too long")
            self._hurry()
        # Read to its end by pieces, it does not notice the end itself, and would let nobody ask again.
        response.close()
        return content

    def _hurry(self) -> None:
        self._connection.timeout = max(0.001, self._left())
        if self._connection.sock is not None:
            self._connection.sock.settimeout(self._connection.timeout)

    def _left(self) -> float:
        return self._deadline - time.monotonic()
