"""Runs a kernel where nobody outside can reach its ports or send it signals: warden.py FOLDER PORTS -- COMMAND.

The socket `FOLDER/s-N` leads to the N-th of PORTS (numbers with commas between them, or nothing). Whoever connects to
`FOLDER/interrupt` interrupts the command and all in its group. The standard library alone, of any Python 3.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

PIECE = 1 << 16
CONNECT_SECONDS = 15.0
"""As long as a kernel may take to start."""


def main(folder: str, ports: str, command: list[str]) -> int:
    """Start the command and serve it until it ends; returns its exit code."""
    kernel = subprocess.Popen(command, start_new_session=True)
    for place, port in enumerate(filter(None, ports.split(",")), 1):
        _serve(f"{folder}/s-{place}", lambda taken, port=int(port): _pass_on(taken, port))
    _serve(f"{folder}/interrupt", lambda taken: _interrupt(taken, kernel.pid))
    code = kernel.wait()
    return code if code >= 0 else 128 - code


def _serve(path: str, take) -> None:  # type: ignore[no-untyped-def]
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    listening.listen()

    def accept() -> None:
        while True:
            taken, _ = listening.accept()
            threading.Thread(target=take, args=(taken,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def _interrupt(taken: socket.socket, group: int) -> None:
    with suppress(OSError):
        os.killpg(group, signal.SIGINT)
    taken.close()


def _pass_on(taken: socket.socket, port: int) -> None:
    there = _connected(port)
    if there is None:
        taken.close()
        return
    threading.Thread(target=_copy, args=(there, taken), daemon=True).start()
    _copy(taken, there)


def _connected(port: int) -> socket.socket | None:
    until = time.monotonic() + CONNECT_SECONDS
    while time.monotonic() < until:
        with suppress(OSError):
            return socket.create_connection(("127.0.0.1", port))
        time.sleep(0.02)
    return None


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(PIECE):
            target.sendall(piece)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[4:]))
