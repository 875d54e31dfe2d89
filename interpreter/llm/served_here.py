"""Which model servers answer on this machine: a short look at the ports that they usually have, and no further."""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from interpreter.llm import server_answers
from interpreter.llm.ollama_host import is_here, ollama_url
from interpreter.llm.server_answers import Served

if TYPE_CHECKING:
    from interpreter.llm.here_client import HereClient

SECONDS = 0.3
"""The longest look: on loopback a server that is there answers in a few milliseconds."""

_MOST_DETAILS = 50
"""Models of Ollama that are looked at one by one, as far as the time goes: each takes it a millisecond or two."""


@dataclass(frozen=True, slots=True)
class Server:
    """A kind of server, and where it usually is; `url` is the address without `/v1`, where that is not loopback's."""

    name: str
    port: int
    url: str = ""

    @property
    def root(self) -> str:
        """The address, without a path of its interfaces."""
        return self.url or f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        """What `--api-base` takes."""
        return f"{self.root}/v1"


SERVERS = (
    Server("Ollama", 11434),
    Server("LM Studio", 1234),
    Server("llama.cpp", 8080),
    Server("vLLM", 8000),
    Server("Jan", 1337),
)


def usual_servers(environ: Mapping[str, str]) -> tuple[Server, ...]:
    """Where to look; Ollama is where `OLLAMA_HOST` says, or nowhere when that is another machine."""
    url = ollama_url(environ.get("OLLAMA_HOST", ""))
    if not is_here(url):
        return SERVERS[1:]
    return (Server("Ollama", urlsplit(url).port or 0, url), *SERVERS[1:])


def served_here(servers: Sequence[Server], seconds: float) -> dict[Server, tuple[Served, ...]]:
    """Those that list models within the time, with what they say of them; all are asked at once.

    Nothing is sent but a GET or an empty question, no redirection is followed, no proxy is used.
    """
    from interpreter.llm.here_client import HereClient

    looks = [_Look(server, HereClient(server.root, time.monotonic() + seconds)) for server in servers]
    threads = [threading.Thread(target=look.run, daemon=True) for look in looks]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    # A late answer must not change what was given.
    return {look.server: tuple(look.found.values()) for look in looks if look.is_answered}


@dataclass(slots=True)
class _Look:
    """One server, asked in a thread of its own; `found` grows in one step after the other."""

    server: Server
    client: "HereClient"
    found: dict[str, Served] = field(default_factory=dict)
    is_answered: bool = False

    def run(self) -> None:
        try:
            self._ask()
        finally:
            self.client.close()

    def _ask(self) -> None:
        listed = server_answers.openai_models(self.client.get("/v1/models"))
        if listed is None:
            return
        self._learn(listed)
        self.is_answered = True
        match self.server.name:
            case "Ollama":
                self._ask_ollama()
            case "LM Studio":
                self._learn(server_answers.lm_studio_models(self.client.get("/api/v0/models")))
            case "llama.cpp":
                self._learn(server_answers.llama_cpp_props(self.client.get("/props"), tuple(self.found.values())))

    def _ask_ollama(self) -> None:
        self._learn(server_answers.ollama_tags(self.client.get("/api/tags")))
        self._learn(server_answers.ollama_loaded(self.client.get("/api/ps"), self.found))
        loaded_first = sorted(self.found, key=lambda name: not self.found[name].is_loaded)
        for name in loaded_first[:_MOST_DETAILS]:
            told = self.client.post("/api/show", {"model": name})
            self._learn([server_answers.ollama_shown(told, self.found[name])])

    def _learn(self, models: Iterable[Served]) -> None:
        # A new dictionary each time: the one that was there may be being read.
        self.found = {**self.found, **{model.name: model for model in models}}
