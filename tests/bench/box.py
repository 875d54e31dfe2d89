"""What a box costs: how soon its kernel is there, and how quickly a block runs, against a plain kernel."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median

from interpreter.confinement import box_for
from interpreter.core.cancel import CancelToken
from interpreter.core.ports import Kernel
from interpreter.kernels.catalogue import Catalogue
from interpreter.kernels.local_kernels import LocalKernels
from interpreter.kernels.recipes import python_recipe
from interpreter.sandbox.session import SessionBox
from interpreter.settings import Settings
from tests.bench.figure import Figure
from tests.bench.measure import alternately
from tests.bench.programs import Bench
from tests.kernels.driving import run

BLOCKS = 200
CODE = "x = sum(range(1000))"


def boxed(bench: Bench, blocks: int = BLOCKS) -> Iterator[Figure]:
    """A kernel in the strongest box that works here, and a plain one, in turn."""
    with tempfile.TemporaryDirectory(prefix="itp-bench-") as place, ExitStack() as leaving:
        folder = Path(place).resolve()
        catalogue = Catalogue(python_recipe(sys.executable, folder, False), os.environ)
        box = box_for(Settings(sandbox="auto"), folder, catalogue, ())
        assert box is not None
        leaving.enter_context(closing(box))
        started: dict[bool, Kernel] = {}

        def start(in_box: bool) -> float:
            kernels = leaving.enter_context(closing(_kernels(folder, box if in_box else None)))
            began = time.perf_counter()
            started[in_box] = kernels.get("python")
            return _timed(started[in_box], since=began)

        starts = alternately(bench.runs, lambda: start(True), lambda: start(False))
        steps = alternately(blocks, lambda: _timed(started[True]), lambda: _timed(started[False]))
    yield Figure("a kernel in a box: start", *map(median, starts), "ms", most_ratio=1.2)
    yield Figure("a kernel in a box: a block", *map(median, steps), "ms", most_ratio=1.1)


def _timed(kernel: Kernel, since: float | None = None) -> float:
    """Milliseconds that a block takes, or what is over with it took."""
    began = time.perf_counter() if since is None else since
    run(kernel, CODE)
    return 1000 * (time.perf_counter() - began)


def _kernels(folder: Path, box: SessionBox | None) -> LocalKernels:
    return LocalKernels(
        folder,
        cancel=CancelToken(),
        environment=box.environment(os.environ, ()) if box else dict(os.environ),
        allows_input=False,
        state_folder=None,
        confine=box.confine if box else None,
        is_apart=box is not None and box.is_apart,
    )
