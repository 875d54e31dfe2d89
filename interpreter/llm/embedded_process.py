"""A model file served over HTTP by a child process: its start, its answer, its end."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import InterpreterError, ModelFailed, NoModel, WeightsDamaged
from interpreter.llm.weights import INSTALL, REINSTALL

_POLL = 0.05
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV")
_KEPT_PREFIXES = ("LC_", "OMP_", "GOMP_", "GGML_", "CUDA_", "HIP_", "DYLD_")


def can_serve() -> bool:
    """Whether the extra that serves model files is installed."""
    return find_spec("xllamacpp") is not None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the server answers, and the key it asks for."""

    base_url: str
    api_key: str = field(repr=False)


class _Child(threading.Thread):
    """One life of the server's process; this thread starts it and stays until it has ended.

    On Linux the process dies with the thread that started it, so that thread must not be one that ends earlier.
    """

    def __init__(self, order: dict[str, Any]) -> None:
        super().__init__(name="embedded model", daemon=True)
        self.order = order
        self.process: subprocess.Popen[bytes] | None = None
        self.answer: dict[str, Any] | None = None
        self._is_spawned = threading.Event()
        self.start()
        self._is_spawned.wait()

    def run(self) -> None:
        """Start the process, take its answer, wait for its end."""
        try:
            self.process = process = _spawned()
        except OSError as error:
            self.answer = {"error": "spawn", "reason": str(error)}
            return
        finally:
            self._is_spawned.set()
        assert process.stdin and process.stdout
        line = b""
        with contextlib.suppress(OSError, ValueError):
            process.stdin.write(json.dumps(self.order).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        process.stdout.close()
        code = None if line else process.wait()
        self.answer = json.loads(line) if line else {"error": "died", "code": code}
        process.wait()

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def end(self) -> None:
        """Kill the process: it has nothing to save, and a polite end takes 30 s while it generates."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.join(1)
            assert self.process.stdin
            with contextlib.suppress(OSError):
                self.process.stdin.close()


def _spawned() -> subprocess.Popen[bytes]:
    environment = {
        name: value for name, value in os.environ.items() if name in _KEPT_VARIABLES or name.startswith(_KEPT_PREFIXES)
    }
    return subprocess.Popen(
        [sys.executable, "-P", str(Path(__file__).with_name("embedded_server.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=environment,
        start_new_session=True,
    )


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    with contextlib.suppress(ValueError):
        return f"was ended by {signal.Signals(-code).name}"
    return f"was ended by signal {-code}"


class EmbeddedServer:
    """Serves one model file on loopback, with a random key, from a child process.

    `max_output_tokens` holds where a request sets no limit of its own; `state_folder` keeps what was measured.
    """

    def __init__(
        self,
        model_file: Path,
        *,
        context: int = 16_384,
        max_output_tokens: int = 1024,
        state_folder: Path,
        log_file: Path | None = None,
    ) -> None:
        self._order: dict[str, Any] = {
            "model": str(model_file.resolve()),
            "name": model_file.stem,
            "context": context,
            "max_output_tokens": max_output_tokens,
            "notes": str(state_folder.resolve() / "threads.json"),
            "log": str(log_file.resolve()) if log_file else None,
        }
        self._child: _Child | None = None

    def start(self) -> None:
        """Start the process, again if it died; returns at once. Raises `NoModel` where the extra is missing."""
        if not can_serve():
            raise NoModel("What serves local models is not installed.", f"Install it: {INSTALL}")
        if not self.is_alive():
            self.close()
            self._child = _Child(self._order | {"api_key": secrets.token_urlsafe(32), "parent": os.getpid()})

    @property
    def process_id(self) -> int | None:
        """The process, while there is one."""
        child = self._child
        return child.process.pid if child is not None and child.process is not None else None

    def is_alive(self) -> bool:
        """Whether the process runs; it may not be ready yet."""
        return self._child is not None and self._child.is_running

    def ends_within(self, seconds: float) -> bool:
        """Whether the process has ended, or does so soon: its connections break a moment before it is gone."""
        if self._child is not None:
            self._child.join(seconds)
        return not self.is_alive()

    def poll(self) -> Endpoint | None:
        """Where it answers, or None while it is not ready; raises what went wrong."""
        child = self._child
        if child is None or child.answer is None:
            return None
        if "port" not in child.answer:
            raise self._failure(child.answer)
        return Endpoint(f"http://127.0.0.1:{child.answer['port']}/v1", child.order["api_key"])

    def wait_ready(self, cancel: CancelToken, timeout: float = 180.0) -> Endpoint | None:
        """Where it answers; None when cancelled first."""
        deadline = time.monotonic() + timeout
        while not cancel.is_set:
            if endpoint := self.poll():
                return endpoint
            if time.monotonic() > deadline:
                raise ModelFailed(f"The local model is not ready after {timeout:.0f} s.", "Try a smaller model file.")
            time.sleep(_POLL)
        return None

    def close(self) -> None:
        """End the process; safe to call twice."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def _failure(self, answer: dict[str, Any]) -> InterpreterError:
        name, reason = Path(self._order["model"]).name, answer.get("reason", "")
        memory = f"{name} may need more memory than is free; try a smaller model, or close other programs."
        match answer["error"]:
            case "import" if "libgomp" in reason:
                return NoModel(
                    "What serves local models needs the system library libgomp.",
                    "Install it: apt install libgomp1 (Debian, Ubuntu), or dnf install libgomp (Fedora).",
                )
            case "import":
                return NoModel(f"What serves local models cannot be used: {reason}.", f"Install it again: {REINSTALL}")
            case "load" if "alloc" in reason:
                return ModelFailed(f"There is not enough memory to load {name}: {reason}.", memory)
            case "load":
                return WeightsDamaged(f"{name} cannot be loaded: {reason}.", "Name another file, or get it once more.")
            case "died":
                return ModelFailed(f"The local model {_ending(answer['code'])} while starting.", memory)
            case _:
                return ModelFailed(f"The local model could not be started: {reason}.", memory)
