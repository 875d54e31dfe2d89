"""A machine of a test's own: its home, its model servers, its environment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from interpreter.choosing.here import Here
from interpreter.llm.served_here import usual_servers
from tests.llm.here_servers import serving
from tests.llm.hub_server import gguf

TODAY = date(2026, 11, 26)


@dataclass
class Machine:
    """`ollama` is the address of its Ollama, where nothing listens, unless `with_ollama`."""

    home: Path
    ollama: str
    asked: list[tuple[str, Any]] = field(default_factory=list)
    has_weights: bool = True

    def here(self, **environ: str) -> Here:
        """What can be asked there, with these variables besides."""
        return Here(
            {"HOME": str(self.home), "OLLAMA_HOST": self.ollama, **environ},
            self.home / "own",
            places=lambda environ: usual_servers(environ)[:1],
            seconds=20.0,
            has_weights=lambda: self.has_weights,
            memory=lambda: 32_000_000_000,
        )

    def put(self, name: str, *, own: bool = False, content: bytes = b"") -> Path:
        """Keep a model file, in the Hub's cache or among our own."""
        cache = self.home / ".cache/huggingface/hub/models--a--b/snapshots/c"
        path = (self.home / "own/org/repo" if own else cache) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content or gguf())
        if not content:
            os.truncate(path, 2_000_000_000)
        return path

    @contextmanager
    def with_ollama(self, answers: dict[str, Any]) -> Iterator["Machine"]:
        """The machine while its Ollama runs."""
        with serving(answers) as routes:
            yield Machine(self.home, routes.url, routes.asked)


def machine(home: Path) -> Machine:
    """One without any server."""
    with serving({}) as gone:
        return Machine(home, gone.url)
