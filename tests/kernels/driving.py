"""How tests start kernels, run code to its end, and do something meanwhile."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interpreter.core.cancel import CancelToken
from interpreter.core.messages import Display, Failure, Text
from interpreter.core.ports import Ended, Kernel, KernelEvent, OutputArrived
from interpreter.kernels.local_kernels import LocalKernels


@dataclass(frozen=True)
class Ran:
    """A run and its end."""

    events: tuple[KernelEvent, ...]
    ended: Ended

    @property
    def outputs(self) -> tuple[Any, ...]:
        return tuple(event.output for event in self.events if isinstance(event, OutputArrived))

    @property
    def stdout(self) -> str:
        return "".join(each.text for each in self.outputs if isinstance(each, Text) and each.stream == "stdout")

    @property
    def stderr(self) -> str:
        return "".join(each.text for each in self.outputs if isinstance(each, Text) and each.stream == "stderr")

    @property
    def shown(self) -> list[str]:
        return [each.data["text/plain"] for each in self.outputs if isinstance(each, Display)]

    @property
    def failure(self) -> Failure:
        (failure,) = [each for each in self.outputs if isinstance(each, Failure)]
        return failure


def run(
    kernel: Kernel, code: str, timeout: float | None = None, seen: Callable[[KernelEvent], None] = lambda event: None
) -> Ran:
    """Run code to its end; `seen` is called with each event as it comes."""
    events, running = [], kernel.run(code, timeout)
    while True:
        try:
            event = next(running)
        except StopIteration as stop:
            return Ran(tuple(events), stop.value)
        events.append(event)
        seen(event)


@contextmanager
def meanwhile(seconds: float, action: Callable[[], None]) -> Iterator[None]:
    """Do something in another thread a little later."""

    def act() -> None:
        time.sleep(seconds)
        action()

    thread = threading.Thread(target=act)
    thread.start()
    yield
    thread.join()


def local_kernels(folder: Path, token: CancelToken, **settings: Any) -> LocalKernels:
    """Kernels with a working folder and a folder for their logs below `folder`."""
    work = folder / "work"
    work.mkdir(exist_ok=True)
    defaults = {"environment": dict(os.environ), "allows_input": False, "state_folder": folder / "state"}
    return LocalKernels(work, cancel=token, **{**defaults, **settings})


def is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(claim: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether a claim becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if claim():
            return True
        time.sleep(0.05)
    return False


def next_line(process: subprocess.Popen[str], seconds: float = 60) -> str:
    """The next line that a process writes; one that writes none in time is killed."""
    assert process.stdout
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        line = process.stdout.readline()
    finally:
        timer.cancel()
    assert line, "it ended, or said nothing in time"
    return line
