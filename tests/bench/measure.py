"""Processes run and measured, ours and the floor's in turn."""

import os
import pty
import select
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

LOOK_SECONDS = 0.01
"""How often a process is looked at for its memory."""
LONGEST_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, seconds of processor (children that were waited for included), the peak memory of the
    process alone in MB (None where the system does not tell), and the bytes it wrote."""

    wall: float
    cpu: float
    peak: float | None
    written: int


def alternately(runs: int, ours: Callable[[], T], floor: Callable[[], T]) -> tuple[list[T], list[T]]:
    """What both give in so many runs, in turn; before the first of several, each is run once for nothing."""
    if runs > 1:
        ours(), floor()
    pairs = [(ours(), floor()) for _ in range(runs)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def run(argv: Sequence[str], folder: Path, environment: Mapping[str, str], *, in_terminal: bool = False) -> Cost:
    """Run a program to its end; raises RuntimeError with what it wrote when it fails."""
    reading, writing = pty.openpty() if in_terminal else os.pipe()
    began = time.perf_counter()
    process = subprocess.Popen(
        argv,
        cwd=folder,
        env=dict(environment),
        stdin=writing if in_terminal else subprocess.DEVNULL,
        stdout=writing,
        stderr=writing,
        start_new_session=True,
    )
    os.close(writing)
    written, peak = _watch(process, reading)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    os.close(reading)
    if process.returncode:
        raise RuntimeError(f"{' '.join(argv)} ended with {process.returncode}:\n{written.decode(errors='replace')}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak, len(written))


def _watch(process: "subprocess.Popen[bytes]", reading: int) -> tuple[bytes, float | None]:
    """All that the process writes until it closes its output, and its memory's peak as last seen."""
    written, peak = bytearray(), None
    deadline = time.monotonic() + LONGEST_SECONDS
    while True:
        if time.monotonic() > deadline:
            process.kill()
        is_there = bool(select.select([reading], [], [], LOOK_SECONDS)[0])
        peak = peak_of(process.pid) or peak
        if not is_there:
            continue
        data = b""
        with suppress(OSError):  # a terminal that everybody left is an error on Linux
            data = os.read(reading, 1 << 16)
        if not data:
            return bytes(written), peak
        written += data


def peak_of(pid: int) -> float | None:
    """The most memory that a process has held at once, in MB, children not included."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024 if lines else None
