"""How the kernel of each language is started, as values: adding a language means adding a recipe."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from interpreter.kernels.deno import MARK, PRELUDE, PRINT_MARK
from interpreter.kernels.late import LastWord

INSIDE = Path(__file__).with_name("inside")
PYTHON_STATE = "__import__('interpreter_inside.state').state"
RESERVED = 4 << 30
"""Bytes; deno needs 1.5 GB of reserved memory to start, a JVM 1 GB."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to start a kernel.

    In `argv`, `{connection}` stands for the connection file and `{inside}` for a private copy of the folder `inside`:
    what runs in a kernel must not depend on where this program is installed. The folder of the connection file is all
    that the kernel must be able to write to. A kernel that `waits_for_reader` stops sending when nobody reads; the
    queue to any other must be unlimited, since it would drop messages. `state` is what a kernel that can
    list its variables calls them (`variables.py` says what follows it), one that `can_be_looked_at` answers a
    `look_request` on its control channel while it is busy. `prelude` is code that runs before any other; `enter`
    is code that goes to a folder, `{folder}` being its name as a string, for a language that would read files of the
    folder that it starts in, and so starts elsewhere where that is not trusted. `last` is what tells that all output of
    a block has come, for a kernel whose end of a block does not. No limit on its memory goes below `least_memory`
    bytes: many runtimes reserve what they never use, and would not start. `cure` is the command that mends a kernel
    which does not start, `source` is where the kernel was found: a program, or the folder of a kernelspec.
    """

    language: str
    argv: tuple[str, ...]
    cure: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    inside: Path | None = None
    transport: Literal["ipc", "tcp"] = "ipc"
    encrypts: bool = False
    waits_for_reader: bool = False
    interrupts: Literal["message", "signal"] = "message"
    state: str = ""
    can_be_looked_at: bool = False
    prelude: str = ""
    enter: str = ""
    last: LastWord | None = None
    least_memory: int = RESERVED
    source: str = ""


def python_recipe(python: str, folder: Path, trusted: bool) -> Recipe:
    """The Python kernel; modules of the working folder can be imported only when it is trusted."""
    return Recipe(
        language="python",
        argv=(python, "{inside}/startup.py", str(folder) if trusted else "", "-f", "{connection}"),
        cure=f"{python} -m pip install ipykernel",
        environment={"MPLBACKEND": "module://matplotlib_inline.backend_inline"},
        inside=INSIDE,
        encrypts=True,
        waits_for_reader=True,
        least_memory=0,
        state=PYTHON_STATE,
        can_be_looked_at=True,
        source=python,
    )


def bash_recipe(bash: str) -> Recipe:
    """The bash kernel, which runs in our own Python: that one has ipykernel."""
    return Recipe(
        language="bash",
        argv=(sys.executable, "{inside}/shell_startup.py", bash, "-f", "{connection}"),
        cure=f"{sys.executable} -m pip install ipykernel",
        inside=INSIDE,
        encrypts=True,
        waits_for_reader=True,
        least_memory=0,
        state="shell",
        source=bash,
    )


def deno_recipe(deno: str) -> Recipe:
    """JavaScript and TypeScript; deno dies at once when it is to listen on private sockets."""
    return Recipe(
        language="javascript",
        argv=(deno, "jupyter", "--kernel", "--conn", "{connection}"),
        environment={"NO_COLOR": "1", "DENO_NO_UPDATE_CHECK": "1"},
        transport="tcp",
        prelude=PRELUDE,
        enter="Deno.chdir({folder});",
        last=LastWord(PRINT_MARK, MARK),
        source=deno,
    )
