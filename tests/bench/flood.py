"""A flood of output: what the agent makes of it, against a client of the same kernel that drops all it reads.

`python -m tests.bench.flood ours|floor MEGABYTES` is one side in a process of its own; it prints the seconds of the
block and the peak of its memory in MB.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from interpreter.core.cancel import CancelToken
from interpreter.core.outputs import Outputs
from interpreter.core.ports import OutputArrived
from interpreter.kernels.launch import Place, launch
from interpreter.kernels.local_kernels import LocalKernels
from interpreter.kernels.process import physical_memory
from interpreter.kernels.recipes import python_recipe
from tests.bench.figure import Figure
from tests.bench.measure import alternately, peak_of
from tests.bench.programs import Bench

MOST_MB = 300


def flood(bench: Bench, megabytes: int = 1_000) -> Iterator[Figure]:
    """Seconds of one block that writes so much in lines, and the agent's peak of memory with the spool on."""
    ours, floor = alternately(
        bench.runs, lambda: _measured(bench, "ours", megabytes), lambda: _measured(bench, "floor", megabytes)
    )
    what = f"{megabytes:,} MB of lines"
    yield Figure(f"{what}: wall", median(s for s, _ in ours), median(s for s, _ in floor), "s", most_ratio=1.5)
    if any(peak for _, peak in ours):
        yield Figure(
            f"{what}: peak memory", median(p for _, p in ours), median(p for _, p in floor), "MB", most=MOST_MB
        )


def _measured(bench: Bench, side: str, megabytes: int) -> tuple[float, float]:
    seconds, peak = json.loads(bench.said(sys.executable, "-m", __name__, side, str(megabytes)))
    return seconds, peak or 0.0


def code(megabytes: int) -> str:
    """A block that writes so many million characters in lines of 80, as fast as a kernel can."""
    return f"lines = ('x' * 79 + '\\n') * 12_500\nfor _ in range({megabytes}): print(lines, end='')"


def ours(folder: Path, megabytes: int) -> float:
    """The kernel's adapter and the agent's collection of outputs, with a spool."""
    kernels = LocalKernels(
        folder,
        cancel=CancelToken(),
        environment=os.environ,
        allows_input=False,
        state_folder=None,
        spool=folder / "spool",
    )
    try:
        kernel, outputs = kernels.get("python"), Outputs()
        began = time.perf_counter()
        with closing(kernel.run(code(megabytes))) as run:
            for event in run:
                if isinstance(event, OutputArrived):
                    outputs.add(event.output)
        seconds = time.perf_counter() - began
        told = sum(len(output.text) + output.left_out for output in outputs.all() if output.kind == "text")
        assert told == megabytes * 1_000_000, told
        return seconds
    finally:
        kernels.close()


def floor(folder: Path, megabytes: int) -> float:
    """The same kernel and protocol, and nothing done with what comes."""
    recipe = python_recipe(sys.executable, folder, trusted=False)
    life = launch(recipe, Place(folder, os.environ, None, None, physical_memory()), lambda: False)
    try:
        began = time.perf_counter()
        request = life.send("shell", "execute_request", {"code": code(megabytes), "silent": False})
        _drop(life.receive, request)
        return time.perf_counter() - began
    finally:
        life.close(kindly=False)


def _drop(receive: Callable[[float], tuple[str, dict[str, Any]] | None], request: str) -> None:
    while received := receive(60.0):
        channel, message = received
        is_mine = message["parent_header"].get("msg_id") == request
        if is_mine and channel == "iopub" and message["content"].get("execution_state") == "idle":
            return


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        run = {"ours": ours, "floor": floor}[sys.argv[1]]
        print(json.dumps([run(Path(name), int(sys.argv[2])), peak_of(os.getpid())]))
