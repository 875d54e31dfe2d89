"""Settles into a Python kernel that somebody else has started; its process, sockets and streams stay what they are."""

from __future__ import annotations

import functools
import os
import sys
from typing import Any

from ipykernel.ipkernel import IPythonKernel

from .behaviour import Kernel, tame_shell
from .limits import packed
from .streams import PIECE, flush_to_socket, remember_blocks

PLAIN = {"TERM": "dumb", "NO_COLOR": "1"}


def settle() -> None:
    """Bound what is sent, keep no history, show no colours, and let `exit` end the block alone."""
    from IPython import get_ipython

    shell: Any = get_ipython()  # type: ignore[no-untyped-call,unused-ignore]
    become_ours(shell.kernel)
    tame_shell(shell)
    shell.history_manager.enabled = False
    os.environ.update(PLAIN)
    # The server's own key is no matter for the code, nor for whoever reads what it prints.
    os.environ.pop("JUPYTER_TOKEN", None)
    session = shell.kernel.session
    session.pack = functools.partial(packed, session.pack)
    remember_blocks()
    wait_for_reader(shell.kernel.iopub_thread)
    # IPython gives the streams their old methods back when this very cell ends.
    shell.events.register("pre_execute", begin)


def become_ours(kernel: Any) -> None:
    """Let ipykernel's own kernel answer looks, and tell its variables after a failed block too."""
    if type(kernel) is IPythonKernel:
        kernel.__class__ = Kernel
        kernel.control_handlers["look_request"] = Kernel.look_request.__get__(kernel)


def wait_for_reader(thread: Any) -> None:
    """Let what is shown wait where its queue is full: by default it would be dropped, and nobody told."""
    import zmq

    thread.schedule(lambda: thread.socket.setsockopt(zmq.XPUB_NODROP, 1))


def begin() -> None:
    """Before the first block."""
    from IPython import get_ipython

    get_ipython().events.unregister("pre_execute", begin)  # type: ignore[no-untyped-call,unused-ignore]
    for stream in (sys.stdout, sys.stderr):
        write_in_pieces(stream)


def write_in_pieces(stream: Any) -> None:
    """Let one long text become several messages: none is so long that it fills a memory on its way."""
    write = stream.write

    def write_pieces(string: str) -> int:
        if not isinstance(string, str) or len(string) <= PIECE:
            return int(write(string))
        for start in range(0, len(string), PIECE):
            write(string[start : start + PIECE])
            stream.flush()
        return len(string)

    stream.write = write_pieces
    stream.flush = functools.partial(flush_to_socket, stream)
