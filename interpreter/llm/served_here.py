"""Which model servers answer on this machine: a short look at the ports that they usually have, and no further."""

import http.client
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SECONDS = 0.3
"""The longest look: on loopback a server that is there answers in a few milliseconds."""

_LONGEST_LIST = 1_000_000
"""Bytes of a list of models that are read; a longer one is none."""


@dataclass(frozen=True, slots=True)
class Server:
    """A kind of server, and the port that it usually has."""

    name: str
    port: int

    @property
    def address(self) -> str:
        """What `--api-base` takes."""
        return f"http://127.0.0.1:{self.port}/v1"


SERVERS = (
    Server("Ollama", 11434),
    Server("LM Studio", 1234),
    Server("llama.cpp", 8080),
    Server("vLLM", 8000),
    Server("Jan", 1337),
)


def served_here(servers: Sequence[Server], seconds: float) -> dict[Server, tuple[str, ...]]:
    """Those that list models within the time, with the names; all are asked at once."""
    found: dict[Server, tuple[str, ...]] = {}

    def ask(server: Server) -> None:
        models = _models(server.port, seconds)
        if models is not None:
            found[server] = models

    threads = [threading.Thread(target=ask, args=(server,), daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    # A late answer must not change what was given.
    answered = dict(found)
    return {server: answered[server] for server in servers if server in answered}


def _models(port: int, seconds: float) -> tuple[str, ...] | None:
    """The names that are listed there; None where nobody answers, or something else does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", "/v1/models", headers={"Accept": "application/json"})
        answer: Any = json.loads(connection.getresponse().read(_LONGEST_LIST))
        return tuple(str(entry["id"]) for entry in answer["data"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError, RecursionError):
        return None
    finally:
        connection.close()
