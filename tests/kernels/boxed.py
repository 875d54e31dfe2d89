"""Kernels in the strongest box that works here."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.kernels.local_kernels import LocalKernels
from interpreter.sandbox.box import Box
from interpreter.sandbox.choose import find_box, made
from interpreter.sandbox.environment import environment_in_box
from interpreter.sandbox.programs import program_folders
from interpreter.sandbox.rights import Limits, Rights
from tests.kernels.driving import local_kernels


@contextmanager
def box_here(state: Path) -> Iterator[Callable[..., LocalKernels]]:
    """Makes kernels like `local_kernels`, each set in a box of its own; skips where no box works."""
    found = find_box("auto")
    if found.kind is None:
        pytest.skip(f"no box works here: {found.reasons}")
    with ExitStack() as leaving:
        count = iter(range(1_000_000))

        def make(folder: Path, token: CancelToken, **settings: Any) -> LocalKernels:
            work = folder / "work"
            work.mkdir(exist_ok=True)
            rights = Rights(work, state / f"{next(count)}", programs=program_folders([sys.executable], Path.home()))
            rights.state.mkdir()
            box = made(found.kind or "none", rights, Limits())
            assert box is not None
            box.prepare()
            leaving.callback(box.close)
            return boxed_kernels(folder, token, box, rights, **settings)

        yield make


def boxed_kernels(folder: Path, token: CancelToken, box: Box, rights: Rights, **settings: Any) -> LocalKernels:
    """Kernels in this box."""
    environment = environment_in_box(os.environ, box, rights, ())
    confined = {"environment": environment, "confine": box.confine, "is_apart": box.is_apart}
    return local_kernels(folder, token, **{**confined, **settings})
