"""Kernels in a box with a network and processes of its own, reached through files that a warden inside opens."""

import shutil
import socket
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from interpreter.kernels.address import CHANNELS, Address
from interpreter.kernels.pinned import is_held
from interpreter.kernels.recipes import INSIDE

WARDEN = INSIDE / "warden.py"


def warded(argv: list[str], folder: Path, address: Address) -> tuple[list[str], Address]:
    """The command below a warden, and the address at which the kernel is reached then."""
    warden = folder / WARDEN.name
    shutil.copyfile(WARDEN, warden)
    ports = "" if address.transport == "ipc" else ",".join(map(str, address.ports))
    outside = replace(address, transport="ipc", ip=str(folder / "s"), ports=tuple(range(1, len(CHANNELS) + 1)))
    return [sys.executable, "-I", str(warden), str(folder), ports, "--", *argv], outside


def interrupt_warded(folder: Path) -> None:
    """Have the warden interrupt the kernel; nothing happens where it has ended, or is none any more."""
    ours = folder.parent / "interrupt"
    with suppress(OSError), socket.socket(socket.AF_UNIX) as asking:
        if ours.exists() or is_held(folder / ours.name, ours):
            asking.connect(str(ours))
