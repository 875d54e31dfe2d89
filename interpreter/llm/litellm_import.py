"""litellm, imported once, quietly, and as cheaply as it can be."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

_QUIET = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # or it fetches prices over the network and prints when it cannot
    "LITELLM_MODE": "PRODUCTION",  # or it reads the .env of folders that nobody trusted
    "LITELLM_LOG": "CRITICAL",
}

_lock = Lock()


def litellm() -> Any:
    """The module; the first call imports it, in 3 to 4 seconds of CPU, the others wait for that."""
    with _lock:
        return _imported()


def warm() -> None:
    """Import it and pay what its first request costs on top; for a thread in the background."""
    reply = litellm().completion(
        model="openai/warm", messages=[{"role": "user", "content": "-"}], mock_response="-", stream=True
    )
    for _ in reply:
        pass


def mark_free(name: str) -> None:
    """Have litellm believe that it knows a model of Ollama's, or it asks the server for its price after each reply."""
    litellm().model_cost.setdefault(
        name,
        {"litellm_provider": "ollama_chat", "mode": "chat", "input_cost_per_token": 0.0, "output_cost_per_token": 0.0},
    )


@cache
def _imported() -> Any:
    with _no_collection(), _quiet():
        import litellm as module
    module.suppress_debug_info = True
    module.telemetry = False
    module.drop_params = True
    module.disable_streaming_logging = True  # or it adds up what it streamed, and asks Ollama again for its price
    for callbacks in ("callbacks", "success_callback", "failure_callback", "input_callback", "service_callback"):
        setattr(module, callbacks, [])
    return module


@contextmanager
def _quiet() -> Iterator[None]:
    """Whatever the environment says: it may mean another program, and an empty `LITELLM_LOG` ends the import."""
    before = {name: os.environ.get(name) for name in _QUIET}
    os.environ.update(_QUIET)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is not None:
                os.environ[name] = value


@contextmanager
def _no_collection() -> Iterator[None]:
    """A quarter of the import's time is the garbage collector, which finds nothing, and stalls the main thread."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()
