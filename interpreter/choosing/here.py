"""What can be asked without leaving this machine: model servers, files, the embedded model."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from interpreter.choosing.offer import Offer, of_embedded, of_files, of_servers
from interpreter.llm import weights
from interpreter.llm.files_here import caches, files_here
from interpreter.llm.served_here import SECONDS, Server, served_here, usual_servers

_FRESH = 5.0
"""Seconds for which a look counts: one start asks several times."""


def memory_here() -> int | None:
    """Bytes of memory that this machine has; None where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return None


_looks: dict[tuple[Server, ...], tuple[float, tuple[Offer, ...]]] = {}
"""When these servers were looked at last, and what they had."""


@dataclass(frozen=True, slots=True)
class Here:
    """A look at this machine, taken when somebody wants to know; `models` is our own folder of model files.

    The others tell where servers may be, how long to look in seconds, whether the embedded model's weights are
    installed, and how many bytes of memory there are.
    """

    environ: Mapping[str, str]
    models: Path
    places: Callable[[Mapping[str, str]], tuple[Server, ...]] = usual_servers
    seconds: float = SECONDS
    has_weights: Callable[[], bool] = weights.is_installed
    memory: Callable[[], int | None] = memory_here

    @property
    def servers(self) -> tuple[Offer, ...]:
        """Models of the servers that run here; takes up to 0.3 s."""
        servers = self.places(self.environ)
        at, offers = _looks.get(servers, (float("-inf"), ()))
        if time.monotonic() - at > _FRESH:
            offers = tuple(of_servers(served_here(servers, self.seconds)))
            _looks[servers] = time.monotonic(), offers
        return offers

    @property
    def files(self) -> tuple[Offer, ...]:
        """Models in files, where there is a program to serve them."""
        if find_spec("xllamacpp") is None:
            return ()
        own = frozenset({weights.EMBEDDED.name})
        return tuple(of_files(files_here(caches(self.environ, self.models), own)))

    @property
    def embedded(self) -> tuple[Offer, ...]:
        """The embedded model, if it is installed."""
        return (of_embedded(),) if self.has_weights() else ()

    @property
    def all(self) -> tuple[Offer, ...]:
        """All of them."""
        return (*self.servers, *self.files, *self.embedded)
