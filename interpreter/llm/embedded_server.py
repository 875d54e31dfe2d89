"""The child process that serves one model file to its parent over HTTP.

Started by its path (`python -P …/embedded_server.py`): it imports the standard library and xllamacpp, nothing else. The
parent writes one JSON line, the order, to standard input and keeps it open: its end means that the parent is gone. The
answer is one JSON line on standard output, `{"port": …}` or `{"error": "import" | "load", "reason": …}`.

Threads are measured with the model itself: every candidate is loaded, reads 17 tokens and writes 8. With the embedded
model on 2 cores the first start takes 3 s instead of 0.8; the result is remembered for the same file, number of CPUs
and load. Tokens a second found there, reading / writing:

    other busy processes       none        one         two
    1 thread                 105 / 42    104 / 42     67 / 28
    2 threads, xllamacpp's   204 / 58     74 / 17     76 / 3 to 13
    2 threads, short spin    197 / 54    104 / 29     90 / 25
"""

import contextlib
import ctypes
import json
import os
import re
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

Order: TypeAlias = Mapping[str, Any]

SHORT_SPIN = "500"
"""Rounds for which OpenMP's threads wait by spinning; in a long wait they keep the core from the one waited for."""

MEASURING_SECONDS = 4.0
MEASURABLE_BYTES = 2 << 30
SAMPLE = "hello there my friend " * 4


def main() -> None:
    """Serve until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    order = json.loads(sys.stdin.readline())
    _die_with(order["parent"])
    threading.Thread(target=_wait_for_end_of_input, daemon=True).start()
    answers = os.dup(1)
    _send_output_to(order["log"])
    server, answer = _started(order)
    os.write(answers, json.dumps(answer).encode() + b"\n")
    if server is None:
        os._exit(1)
    threading.Event().wait()


def _started(order: Order) -> tuple[Any, dict[str, Any]]:
    try:
        server = _serve(order)
        return server, {"port": int(server.listening_address.rsplit(":", 1)[1])}
    except ImportError as error:
        return None, {"error": "import", "reason": str(error)}
    except Exception as error:
        return None, {"error": "load", "reason": _first_error_logged() or str(error)}


def _die_with(parent: int) -> None:
    # Native code holds the interpreter's lock while it loads a model: the watching thread would notice too late.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _wait_for_end_of_input() -> None:
    sys.stdin.read()
    os._exit(0)


def _send_output_to(log: str | None) -> None:
    """What Python and native code print goes to the log; without one, to a file that has no name."""
    try:
        descriptor = os.open(log or "", os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    except OSError:
        descriptor, name = tempfile.mkstemp()
        Path(name).unlink()
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)


def _first_error_logged() -> str:
    """What was wrong, in the words of llama.cpp; its first error is the cause, later ones are its echo."""
    text = os.pread(2, 1 << 16, 0).decode("utf-8", "replace")
    found = re.search(r"^[\d.]+ E +(?:srv +|cmn +)?\w+: (.+)$", text, re.MULTILINE)
    return found[1].removeprefix("error loading model: ").strip() if found else ""


def _serve(order: Order) -> Any:
    os.environ.setdefault("GOMP_SPINCOUNT", SHORT_SPIN)
    notes = Path(order["notes"])
    situation = _situation(Path(order["model"]))
    choice = _remembered(notes, situation)
    if choice is None:
        speeds = _speeds(order)
        # More threads never read slower, and read faster once the machine is quiet; writing, they get in the way.
        choice = {"reading": max(_fastest(speeds, 0)), "writing": min(_fastest(speeds, 1))}
        _remember(notes, situation, choice | {"speeds": speeds})
    return _server(order, choice["reading"], choice["writing"])


def _server(order: Order, reading: int, writing: int) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = order["model"]
    params.model_alias = {order["name"]}
    params.api_keys = [order["api_key"]]
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.ui = params.endpoint_slots = False
    params.offline, params.verbosity = True, 1
    params.n_ctx, params.n_predict, params.n_parallel = order["context"], order["max_output_tokens"], 1
    # One slot keeps its own cache; the second one, of earlier conversations, may grow to 8 GB.
    params.cache_prompt, params.cache_ram_mib = True, 0
    params.cpuparams.n_threads, params.cpuparams_batch.n_threads = writing, reading
    # Fitting layers to a graphics card loads the file a second time; without a card there is nothing to fit.
    cpu = xllamacpp.ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_CPU
    params.fit_params = any(device["type"] != cpu for device in xllamacpp.get_device_info())
    params.warmup = False
    return xllamacpp.Server(params)


def _cpus() -> set[int]:
    return os.sched_getaffinity(0) if sys.platform == "linux" else set(range(os.cpu_count() or 1))


def _candidates() -> list[int]:
    """Numbers of threads worth trying, the likeliest first: physical cores, fewer, all CPUs."""
    cpus = _cpus()
    cores = set()
    for cpu in cpus:
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        cores.add(siblings.read_text("ascii") if siblings.exists() else str(cpu))
    physical = len(cores)
    return list(dict.fromkeys([physical, max(1, physical // 2), min(8, physical), len(cpus)]))


def _speeds(order: Order) -> dict[int, tuple[float, float]]:
    """Tokens a second, read and written, of each candidate that could be tried in time."""
    candidates = _candidates()
    if len(candidates) == 1 or Path(order["model"]).stat().st_size > MEASURABLE_BYTES:
        return {candidates[0]: (0.0, 0.0)}
    speeds: dict[int, tuple[float, float]] = {}
    began = time.monotonic()
    for count in candidates:
        if time.monotonic() - began > MEASURING_SECONDS:
            break
        speeds[count] = _speed(_server({**order, "context": 512}, count, count))
    return speeds


def _speed(server: Any) -> tuple[float, float]:
    # The first request also pays for memory that is touched for the first time.
    server.handle_completions({"prompt": "a", "n_predict": 1})
    timings = server.handle_completions({"prompt": SAMPLE, "n_predict": 8, "cache_prompt": False})["timings"]
    return round(timings["prompt_per_second"], 1), round(timings["predicted_per_second"], 1)


def _fastest(speeds: Mapping[int, tuple[float, float]], column: int) -> list[int]:
    """The numbers of threads that are as good as the best, to within 5 %."""
    best = max(speed[column] for speed in speeds.values())
    return [count for count, speed in speeds.items() if speed[column] >= 0.95 * best]


def _situation(model: Path) -> str:
    is_busy = os.getloadavg()[0] > (os.cpu_count() or 1) / 2
    return f"{model.name} {model.stat().st_size} bytes, {len(_cpus())} cpus, {'busy' if is_busy else 'quiet'}"


def _notes_in(notes: Path) -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError, TypeError):
        return dict(json.loads(notes.read_text("utf-8")))
    return {}


def _remembered(notes: Path, situation: str) -> dict[str, int] | None:
    match _notes_in(notes).get(situation):
        case {"reading": int(reading), "writing": int(writing)} if reading > 0 and writing > 0:
            return {"reading": reading, "writing": writing}
    return None


def _remember(notes: Path, situation: str, measured: dict[str, Any]) -> None:
    # What cannot be kept is measured again next time.
    with contextlib.suppress(OSError):
        notes.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=notes.name, dir=notes.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(_notes_in(notes) | {situation: measured}, file, indent=1)
        Path(name).replace(notes)


if __name__ == "__main__":
    main()
