"""Where a kernel listens: files in a private folder, or ports of this machine where there are no such files."""

import json
import os
import secrets
import socket
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

Channel: TypeAlias = Literal["shell", "iopub", "stdin", "control", "hb"]

CHANNELS: tuple[Channel, ...] = ("shell", "iopub", "stdin", "control", "hb")
LONGEST_SOCKET_PATH = 100
"""Characters; Linux allows 107 and macOS 103 for the path of a socket."""


@dataclass(frozen=True, slots=True)
class Address:
    """What both sides must know: `ip` is a path prefix where the transport is `ipc`; keys are text."""

    transport: Literal["ipc", "tcp"]
    ip: str
    ports: tuple[int, ...]
    key: str
    curve: tuple[str, str] | None = None

    def endpoint(self, channel: Channel) -> str:
        """The address of one channel, as ZeroMQ writes it."""
        separator = "-" if self.transport == "ipc" else ":"
        return f"{self.transport}://{self.ip}{separator}{self.ports[CHANNELS.index(channel)]}"

    def write(self, path: Path) -> None:
        """Write the connection file that the kernel reads; only this user may read it."""
        values = {f"{channel}_port": port for channel, port in zip(CHANNELS, self.ports, strict=True)}
        record = {**values, "transport": self.transport, "ip": self.ip, "key": self.key}
        record["signature_scheme"] = "hmac-sha256"
        if self.curve:
            record["curve_publickey"], record["curve_secretkey"] = self.curve
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(record, file)


def new_address(folder: Path, transport: Literal["ipc", "tcp"], encrypts: bool) -> Address:
    """A fresh address; falls back to ports, encrypted where the kernel can, when sockets cannot be files."""
    prefix = str(folder / "s")
    if transport == "ipc" and sys.platform != "win32" and len(os.fsencode(prefix)) < LONGEST_SOCKET_PATH:
        return Address("ipc", prefix, tuple(range(1, len(CHANNELS) + 1)), secrets.token_hex(16))
    return Address("tcp", "127.0.0.1", _free_ports(), secrets.token_hex(16), _keys() if encrypts else None)


def _free_ports() -> tuple[int, ...]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in CHANNELS]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return tuple(each.getsockname()[1] for each in sockets)


def _keys() -> tuple[str, str]:
    import zmq

    public, secret = zmq.curve_keypair()
    return public.decode("ascii"), secret.decode("ascii")
