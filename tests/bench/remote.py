"""A block on a Jupyter Server of this machine, against the bare round trip to a local kernel."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from jupyter_client.manager import KernelManager

from interpreter.core.cancel import CancelToken
from interpreter.kernels import wire
from interpreter.kernels.jupyter_kernel import JupyterKernel
from tests.bench import bare
from tests.bench.figure import Figure
from tests.bench.programs import Bench
from tests.kernels.driving import run
from tests.kernels.jupyter_server import jupyter_server, remote_kernels

CODE = "print(1)"


def round_trips(bench: Bench, blocks: int = 40) -> Iterator[Figure]:
    """Milliseconds of a block; also without our acknowledging at once, which is what others wait for."""
    with TemporaryDirectory() as name, jupyter_server(Path(name) / "server") as server, bare_kernel() as execute:
        kernels = remote_kernels(server, CancelToken())
        kernel = kernels.get("python")
        floor, ours, delayed = [], [], []
        for _ in range(bench.runs):
            floor += [timed(lambda: execute(CODE)) for _ in range(blocks)]
            ours += [timed(lambda: run(kernel, CODE)) for _ in range(blocks)]
            delayed += without_acknowledging(kernel, blocks)
        kernels.close()
    yield Figure("a block on a Jupyter Server", median(ours), median(floor), "ms", most_ratio=2)
    yield Figure("the same, acknowledged late", median(delayed), median(floor), "ms")


def timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - began)


def without_acknowledging(kernel: JupyterKernel, blocks: int) -> list[float]:
    kept, wire.QUICKACK = wire.QUICKACK, None
    try:
        return [timed(lambda: run(kernel, CODE)) for _ in range(blocks)]
    finally:
        wire.QUICKACK = kept


@contextmanager
def bare_kernel() -> Iterator[Callable[[str], str]]:
    """The shortest way to have code run in a kernel of this machine."""
    with TemporaryDirectory() as folder:
        manager = KernelManager(transport="ipc", ip=f"{folder}/s")
        manager.start_kernel()
        client = manager.client()
        client.start_channels()
        client.wait_for_ready()
        try:
            yield lambda code: bare.execute(client, code)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
