"""One block in a living kernel, with and without the state card, against a bare client of the same kernel."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from statistics import median

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

from interpreter.core.cancel import CancelToken
from interpreter.core.ports import Kernel
from interpreter.kernels.local_kernels import LocalKernels
from interpreter.kernels.recipes import INSIDE
from tests.bench.bare import execute
from tests.bench.figure import Figure
from tests.bench.programs import Bench

Run = Callable[[str], object]
WARMUP = 5
MANY = "for number in range({}): globals()[f'name{{number}}'] = [number, str(number), {{'key': number}}]"


def cards(bench: Bench, blocks: int = 60, names: int = 10_000) -> Iterator[Figure]:
    """The usual time of a block that sets and prints a variable, all kinds in turn; then with many variables."""
    with ExitStack() as leaving:
        bare, off, on = _bare(bench, leaving), _ours(bench, leaving, card=False), _ours(bench, leaving, card=True)
        floor, without, with_card = _usual([bare, off, on], bench.runs * blocks)
        yield Figure("a block, state card off", without, floor, "ms", most_ratio=1.3)
        yield Figure("a block, state card on", with_card, floor, "ms", most=60)
        for run in (off, on):
            run(MANY.format(names))
        floor, crowded = _usual([off, on], blocks)
        yield Figure(f"a block among {names} variables, card on, against off", crowded, floor, "ms", most=60)


def _usual(kinds: list[Run], blocks: int) -> list[float]:
    """Milliseconds of the median block of each kind."""
    seconds: list[list[float]] = [[] for _ in kinds]
    for number in range(-WARMUP, blocks):
        for run, times in zip(kinds, seconds, strict=True):
            began = time.perf_counter()
            run(f"x = {number}; print(x)")
            times += [time.perf_counter() - began] if number >= 0 else []
    return [1000 * median(times) for times in seconds]


def _ours(bench: Bench, leaving: ExitStack, *, card: bool) -> Run:
    kernels = LocalKernels(
        bench.folder,
        cancel=CancelToken(),
        environment=bench.environment,
        allows_input=False,
        state_folder=None,
        state_card=card,
    )
    leaving.callback(kernels.close)
    kernel: Kernel = kernels.get("python")
    return lambda code: list(kernel.run(code))


SOCKETS = count()


def _bare(bench: Bench, leaving: ExitStack) -> Run:
    manager = KernelManager(transport="ipc", ip=str(Path(bench.folder).parent / f"s{next(SOCKETS)}"))
    startup = os.fspath(INSIDE / "startup.py")
    manager._kernel_spec = KernelSpec(argv=[sys.executable, startup, "", "-f", "{connection_file}"])
    manager.start_kernel(cwd=os.fspath(bench.folder))
    leaving.callback(manager.shutdown_kernel, now=True)
    client = manager.client()
    client.start_channels()
    leaving.callback(client.stop_channels)
    client.wait_for_ready()
    return lambda code: execute(client, code)
