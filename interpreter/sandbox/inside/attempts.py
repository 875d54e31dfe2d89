"""Tries what a box must not allow, and prints as JSON what came of each try: attempts.py TARGETS.

TARGETS is a JSON object of what to aim at. Of each try the result is `denied`, or what was reached. The standard
library alone, of any Python 3.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

SECONDS = 2.0
NEW_USER = 0x10000000
MULTIPATH_TCP, FAST_OPEN = 262, 0x20000000
"""IPPROTO_MPTCP and MSG_FASTOPEN of Linux."""
MESSAGE = b"out of the box"


def main(targets: dict[str, Any]) -> dict[str, str]:
    """The result of every try."""
    return {name: _tried(attempt, targets[name]) for name, attempt in ATTEMPTS.items() if name in targets}


def read_file(path: str) -> str:
    with open(path, "rb") as file:  # noqa: PTH123
        return f"read {len(file.read())} bytes"


def write_file(path: str) -> str:
    with open(path, "ab") as file:  # noqa: PTH123
        file.write(MESSAGE)
    return "written"


def connect(address: list[Any]) -> str:
    """In each of the ways to one: plainly, by a protocol that includes TCP, and by sending without connecting."""
    for way in (_plainly, _by_multipath, _by_fast_open):
        with suppress(OSError):
            way((address[0], address[1]))
            return "connected"
    raise OSError("no way")


def _plainly(address: tuple[str, int]) -> None:
    with socket.create_connection(address, SECONDS) as there:
        there.sendall(MESSAGE)


def _by_multipath(address: tuple[str, int]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, MULTIPATH_TCP) as there:
        there.settimeout(SECONDS)
        there.connect(address)


def _by_fast_open(address: tuple[str, int]) -> None:
    with socket.socket(socket.AF_INET) as there:
        there.settimeout(SECONDS)
        there.sendto(MESSAGE, FAST_OPEN, address)


def send(address: list[Any]) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
        sending.sendto(MESSAGE, (address[0], address[1]))
    return "sent"


def look_up(address: list[Any]) -> str:
    """A question of the form that name servers take, to a server of ours, and the system's own way."""
    question = b"\x00\x01\x01\x00\x00\x01" + b"\x00" * 6 + b"\x06canary\x04test\x00" + b"\x00\x01\x00\x01"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
        sending.sendto(question, (address[0], address[1]))
    return "asked"


def connect_to_file(path: str) -> str:
    with socket.socket(socket.AF_UNIX) as there:
        there.settimeout(SECONDS)
        there.connect(path if not path.startswith("@") else f"\0{path[1:]}")
        there.sendall(MESSAGE)
    return "connected"


def reach_process(agent: list[int]) -> str:
    """What the agent was started with; its number and the time of its start tell that it is the agent."""
    _check_is_agent(agent)
    return f"read {len(_read(f'/proc/{agent[0]}/environ'))} bytes"


def end_process(agent: list[int]) -> str:
    _check_is_agent(agent)
    os.kill(agent[0], 0)
    return "could be ended"


def make_namespace(nothing: str) -> str:
    if ctypes.CDLL(None, use_errno=True).unshare(NEW_USER):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return "made"


def find_key(name: str) -> str:
    if not os.environ.get(name):
        raise OSError("no such variable")
    return "seen"


ATTEMPTS: dict[str, Callable[[Any], str]] = {
    "home": read_file,
    "outside": write_file,
    "repository": write_file,
    "tcp": connect,
    "udp": send,
    "dns": look_up,
    "socket": connect_to_file,
    "abstract": connect_to_file,
    "proc": reach_process,
    "kill": end_process,
    "namespace": make_namespace,
    "key": find_key,
}


def _tried(attempt: Callable[[Any], str], target: Any) -> str:
    try:
        return attempt(target)
    except (OSError, AttributeError):
        return "denied"


def _check_is_agent(agent: list[int]) -> None:
    if started(agent[0]) != agent[1]:
        raise OSError("a process of the box has that number")


def started(number: int) -> int:
    """When a process began, in ticks since the machine did."""
    return int(_read(f"/proc/{number}/stat").rpartition(b")")[2].split()[19])


def _read(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123
        return file.read(1_000_000)


if __name__ == "__main__":
    signal.alarm(60)
    print(json.dumps(main(json.loads(sys.argv[1]))))
