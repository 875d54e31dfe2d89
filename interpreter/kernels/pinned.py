"""The sockets of a kernel in a box, held where code in the box cannot put others in their place."""

import os
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from interpreter.kernels.address import Address

TICK = 0.01


def pinned(address: Address, folder: Path, deadline: float, is_over: Callable[[], bool]) -> Address:
    """The address by names of our own in `folder` for the sockets, once they are there; useless if they never are.

    Code can put a link to a socket of this machine in the place of one of its own, and we would connect to that for it.
    """
    if address.transport != "ipc":
        return address
    sources = {number: Path(f"{address.ip}-{number}") for number in address.ports}
    while sources and time.monotonic() < deadline and not is_over():
        for number, source in list(sources.items()):
            if is_held(source, folder / f"s-{number}"):
                del sources[number]
        time.sleep(TICK)
    return replace(address, ip=str(folder / "s"))


def is_held(source: Path, target: Path) -> bool:
    """Whether the socket has its name of ours now; anything else that lies there is not taken for one."""
    with suppress(OSError):
        os.link(source, target, follow_symlinks=False)
        if stat.S_ISSOCK(target.lstat().st_mode):
            return True
        target.unlink()
    return False
