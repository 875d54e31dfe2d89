"""The kernel application, with output that waits for its reader."""

# ipykernel's functions carry no types.
# mypy: allow-untyped-calls

from __future__ import annotations

from typing import Any

import zmq
from ipykernel.kernelapp import IPKernelApp

from .limits import packed
from .streams import remember_blocks, watch_pipes

QUEUED_MESSAGES = 64


class Patient(IPKernelApp):  # type: ignore[misc,unused-ignore]
    """ipykernel's, except for how messages are packed and queued: it waits for its reader."""

    def init_sockets(self) -> None:
        pack = self.session.pack
        self.session.pack = lambda message: packed(pack, message)
        super().init_sockets()

    def init_iopub(self, context: Any) -> None:
        # By default a full queue drops messages: output would be lost, and the end of the run with it.
        context.setsockopt(zmq.SNDHWM, QUEUED_MESSAGES)
        context.setsockopt(zmq.XPUB_NODROP, 1)
        super().init_iopub(context)
        context.sockopts.clear()


class Application(Patient):
    """The same for Python, whose output has several sources."""

    def init_io(self) -> None:
        super().init_io()
        watch_pipes()
        remember_blocks()
