"""One life of a kernel: from the start of its process to its end; a restart is a new life."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from interpreter.core.removal import remove_tree
from interpreter.kernels.address import Channel
from interpreter.kernels.connection import Connection, Message
from interpreter.kernels.log import KernelLog
from interpreter.kernels.process import KernelProcess

LAST_WORDS = 4_000
"""Characters of a dead kernel's log that are passed on."""
OUR_FRAMES = re.compile(r"^ *File \S*/(?:IPython|ipykernel)/", re.MULTILINE)
GOODBYE_SECONDS = 1.0


class Life(Protocol):
    """A kernel that runs, here or elsewhere."""

    def is_alive(self) -> bool:
        """Whether it still runs."""
        ...

    def send(self, channel: Channel, kind: str, content: dict[str, Any], parent: Message | None = None) -> str:
        """Send a message and give its id."""
        ...

    def receive(self, seconds: float) -> tuple[Channel, Message] | None:
        """The next message, or None when none came within so many seconds."""
        ...

    def interrupt(self) -> None:
        """Ask the running code to stop."""
        ...

    def end(self) -> str:
        """How it ended."""
        ...

    def last_words(self) -> str:
        """What it wrote, outside of any message, before it died."""
        ...

    def close(self, kindly: bool) -> None:
        """End it and remove what it left; kindly where it is idle and may have files to close."""
        ...


class LocalLife:
    """A kernel process of this machine, its sockets and its private folder.

    `signal` interrupts it, where it does not listen to messages for that.
    """

    def __init__(
        self,
        process: KernelProcess,
        connection: Connection,
        folder: Path,
        log: KernelLog,
        signal: Callable[[], None] | None = None,
    ) -> None:
        self._process = process
        self._connection = connection
        self._folder = folder
        self._log = log
        self._signal = signal
        self.send = connection.send
        self.receive = connection.receive
        self.is_alive = process.is_alive
        self.end = process.end

    @property
    def pid(self) -> int:
        return self._process.pid

    def interrupt(self) -> None:
        """By message, which also works where the process cannot be signalled from outside, if the kernel listens."""
        if self._signal is not None:
            self._signal()
            return
        self._connection.send("control", "interrupt_request", {})

    def last_words(self) -> str:
        # Where it crashed comes first, then how the kernel came to run that.
        return OUR_FRAMES.split(self._log.read())[0][-LAST_WORDS:].strip()

    def close(self, kindly: bool) -> None:
        if kindly and self.is_alive():
            self._connection.send("control", "shutdown_request", {"restart": False})
            self._process.wait(GOODBYE_SECONDS)
        self._process.kill()
        self._connection.close()
        self._log.close()
        remove_tree(self._folder)
