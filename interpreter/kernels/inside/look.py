"""Where the running block is: its frames, seen from another thread while it runs."""

from __future__ import annotations

import asyncio
import linecache
import os
import re
import sys
import sysconfig
import threading
import types
from collections.abc import Iterator
from itertools import islice
from typing import Any

from .variables import described, is_shown

MOST = 12
"""Frames; of more, the innermost and the cell's own."""
LOCALS = 12
LINE = 200
"""Characters of a line of source."""

LIBRARY = tuple(
    f"{os.path.realpath(sysconfig.get_path(name))}{os.sep}" for name in ("stdlib", "platstdlib", "purelib", "platlib")
)
HIDDEN = ("IPython", "ipykernel", "tornado", "asyncio", "zmq", "traitlets", __package__)


Stack = list[tuple[types.FrameType, int]]
"""Frames and the line that each is at, outermost first."""


def frames(shell: Any, loop: Any) -> list[dict[str, Any]]:
    """The frames from the cell on, innermost last; none when no cell runs. `loop` is the one that cells await in."""
    found = users_part(running_frames(), shell)
    if not found:
        found = next(filter(None, (users_part(stack, shell) for stack in awaiting_frames(loop))), [])
    kept = found if len(found) <= MOST else [found[0], *found[1 - MOST :]]
    return [told(frame, line, shell) for frame, line in kept]


def users_part(stack: Stack, shell: Any) -> Stack:
    """The stack from the cell on, without what is part of running cells."""
    start = next((at for at, (frame, _) in enumerate(stack) if is_cell(frame, shell)), len(stack))
    kept, is_ours = [], False
    for frame, line in stack[start:]:
        # What runs cells may call the user's code again, as `%timeit` does; what else it calls is its own affair.
        is_ours = is_hidden(frame) or (is_ours and is_library(frame.f_code.co_filename))
        if not is_ours:
            kept.append((frame, line))
    return kept


def running_frames() -> Stack:
    """The stack of the main thread, in which cells run."""
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    stack = []
    while frame is not None:
        stack.append((frame, frame.f_lineno or 0))
        frame = frame.f_back
    return stack[::-1]


def awaiting_frames(loop: Any) -> Iterator[Stack]:
    """The stack of each task that waits for something, as a cell with `await` does."""
    for task in asyncio.all_tasks(loop):
        stack: Stack = []
        waiting: Any = task.get_coro()
        while frame := getattr(waiting, "cr_frame", None):
            stack.append((frame, frame.f_lineno or 0))
            waiting = getattr(waiting, "cr_await", None)
        yield stack


def is_cell(frame: types.FrameType, shell: Any) -> bool:
    """Whether this is the code of a block itself, not of a function that it defines."""
    # IPython 8 had names of its own for a while.
    return frame.f_globals is shell.user_global_ns and frame.f_code.co_name.startswith(("<module>", "<cell line"))


def is_hidden(frame: types.FrameType) -> bool:
    """Whether it is part of what runs cells."""
    name = frame.f_globals.get("__name__")
    return type(name) is str and name.split(".")[0] in HIDDEN


def told(frame: types.FrameType, line: int, shell: Any) -> dict[str, Any]:
    """A frame as values; what Python itself and packages have in their locals is left out."""
    code = frame.f_code
    source = linecache.getline(code.co_filename, line).strip()[:LINE]
    rows = [] if is_library(code.co_filename) else list(islice(local_rows(frame, shell), LOCALS))
    name = "<module>" if is_cell(frame, shell) else code.co_name
    return {"function": name, "line": line, "code": source, "variables": rows}


def local_rows(frame: types.FrameType, shell: Any) -> Iterator[list[str]]:
    """The locals of a function; of a cell, the variables that its source names."""
    values = frame.f_locals
    # IPython compiles each statement of a cell by itself.
    source = "".join(linecache.getlines(frame.f_code.co_filename)) if is_cell(frame, shell) else ""
    for name in dict.fromkeys(re.findall(r"[^\W\d]\w*", source) if source else values):
        if name in values and name.isidentifier() and is_shown(name, values[name], shell):
            yield described(name, values[name])


def is_library(path: str) -> bool:
    """Whether a file is part of Python or of an installed package."""
    return path.startswith("<frozen") or os.path.realpath(path).startswith(LIBRARY)
