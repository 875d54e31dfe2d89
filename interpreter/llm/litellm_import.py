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


@cache
def _imported() -> Any:
    os.environ.update({name: value for name, value in _QUIET.items() if name not in os.environ})
    with _no_collection():
        import litellm as module
    module.suppress_debug_info = True
    module.telemetry = False
    module.drop_params = True
    for callbacks in ("callbacks", "success_callback", "failure_callback", "input_callback", "service_callback"):
        setattr(module, callbacks, [])
    return module


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
