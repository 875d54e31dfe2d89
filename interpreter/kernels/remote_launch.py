"""Starting a kernel on a Jupyter Server and waiting until it answers."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from interpreter.core.errors import InterpreterError, KernelFailed
from interpreter.kernels.server_address import ServerAddress

if TYPE_CHECKING:
    from interpreter.kernels.remote_life import RemoteLife
    from interpreter.kernels.server import Server

READY_SECONDS = 11.0
ASK_AGAIN_SECONDS = 1.0
CURE = "See the server's log; for Python, run there: pip install ipykernel"


def remote_launch(server: "Server", name: str, prelude: str, is_abandoned: Callable[[], bool]) -> "RemoteLife":
    """Start the kernel of that name; raises KernelFailed, or WrongUsage for a token that is refused.

    A kernel that was started and does not answer is ended again.
    """
    kernel_id = server.start(name)
    try:
        return _connected(server, kernel_id, name, prelude, is_abandoned)
    except BaseException:
        with suppress(InterpreterError):
            server.end(kernel_id)
        raise


def _connected(
    server: "Server", kernel_id: str, name: str, prelude: str, is_abandoned: Callable[[], bool]
) -> "RemoteLife":
    from jupyter_client.session import Session

    from interpreter.kernels.remote_life import RemoteLife
    from interpreter.kernels.wire import Broken, Wire

    if is_abandoned():
        raise _not_ready(server.address, name)
    session = Session()
    deadline = time.monotonic() + READY_SECONDS
    try:
        wire = Wire(server.address, kernel_id, session, READY_SECONDS)
    except Broken as error:
        raise _not_ready(server.address, name) from error
    life = RemoteLife(server, kernel_id, session, wire)
    if not _is_ready(life, deadline, is_abandoned):
        wire.close()
        raise _not_ready(server.address, name)
    if prelude:
        life.send("shell", "execute_request", {"code": prelude, "silent": True, "store_history": False})
    return life


def _is_ready(life: "RemoteLife", deadline: float, is_abandoned: Callable[[], bool]) -> bool:
    """Whether it answered in time on the shell channel; the server connects the others before it lets us in."""
    asked_at = 0.0
    while (now := time.monotonic()) < deadline and not is_abandoned() and life.is_alive():
        if now - asked_at > ASK_AGAIN_SECONDS:
            life.send("shell", "kernel_info_request", {})
            asked_at = now
        received = life.receive(0.1)
        if received and received[0] == "shell" and received[1]["header"]["msg_type"] == "kernel_info_reply":
            life.know(received[1])
            return True
    return False


def _not_ready(address: ServerAddress, name: str) -> KernelFailed:
    return KernelFailed(f"The kernel {name} did not answer on {address.place}.", CURE)
