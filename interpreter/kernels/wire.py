"""One websocket to one kernel of a Jupyter Server: messages in, messages out, and whether the other side is there."""

import socket
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import certifi
import websocket
from jupyter_client.session import Session
from jupyter_kernel_client.utils import (
    deserialize_msg_from_ws_default,
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_json,
    serialize_msg_to_ws_v1,
)
from websocket import ABNF, WebSocketBadStatusException, WebSocketException, WebSocketTimeoutException

from interpreter.kernels.address import Channel
from interpreter.kernels.server_address import ServerAddress

if TYPE_CHECKING:
    from interpreter.kernels.connection import Message

BINARY = "v1.kernel.websocket.jupyter.org"
"""The protocol that sends a message in parts; the other one, without a name, sends it as one JSON text."""
LONGEST_MESSAGE = 64_000_000
"""Bytes; a longer one is not read, or it alone would take more memory than everything else."""
QUIET_SECONDS = 4.0
"""After so long without a word the other side is asked whether it is there, …"""
DEAD_SECONDS = 5.0
"""… and when it says nothing for so long then, it is not: a peer may vanish without a last packet."""
SEND_SECONDS = 4.0
QUICKACK = getattr(socket, "TCP_QUICKACK", None)


class Broken(Exception):
    """The connection is no more, or there could be none."""


class TooLong(Broken):
    """A message was longer than we read, so the connection was given up in its middle."""


class Wire:
    """Connected from the moment it is made; raises Broken when it cannot be, or is no more.

    Nothing reads ahead: what nobody asks for stays in the sockets and slows the sender.
    """

    def __init__(self, address: ServerAddress, kernel_id: str, session: Session, seconds: float) -> None:
        self._session = session
        path = f"{address.url}/api/kernels/{kernel_id}/channels?session_id={session.session}"
        self._socket = _connected(path.replace("http", "ws", 1), address, seconds)
        self._is_binary = bool(self._socket.getsubprotocol())
        self._socket.frame_buffer = _Frames(self._hear, True)
        self._inbox: deque[tuple[Channel, Message]] = deque()
        self._heard_at = self._asked_at = time.monotonic()

    def send(self, channel: Channel, message: dict[str, Any]) -> None:
        """Send a message that the session made."""
        if self._is_binary:
            pack = self._session.pack
            parts = [pack(message[part]) for part in ("header", "parent_header", "metadata", "content")]
            self._write(serialize_msg_to_ws_v1(parts, channel), ABNF.OPCODE_BINARY)
        else:
            self._write(serialize_msg_to_ws_json({**message, "channel": channel}).encode(), ABNF.OPCODE_TEXT)

    def receive(self, seconds: float) -> "tuple[Channel, Message] | None":
        """The next message, or None when none came within so many seconds."""
        end = time.monotonic() + seconds
        while not self._inbox:
            self._read(max(0.001, end - time.monotonic()))
            self._look_after()
            if time.monotonic() >= end:
                break
        return self._inbox.popleft() if self._inbox else None

    def answers(self, seconds: float) -> bool:
        """Whether the other side is there; only where it was quiet for a while it is asked, and waited for."""
        if time.monotonic() - self._heard_at < QUIET_SECONDS:
            return True
        asked_at = time.monotonic()
        self._write(b"", ABNF.OPCODE_PING)
        while self._heard_at < asked_at and time.monotonic() - asked_at < seconds:
            self._read(seconds)
        return self._heard_at >= asked_at

    def close(self) -> None:
        """Close without waiting for anything."""
        with suppress(WebSocketException, OSError):
            self._socket.settimeout(0.2)
            self._socket.send_close()
        self._socket.shutdown()

    def _write(self, data: bytes, kind: int) -> None:
        try:
            self._socket.settimeout(SEND_SECONDS)
            self._socket.send(data, kind)
        except (WebSocketException, OSError) as error:
            raise Broken(str(error)) from error

    def _read(self, seconds: float) -> None:
        """Take in one frame, if one comes in time."""
        try:
            _acknowledge_at_once(self._socket)
            self._socket.settimeout(seconds)
            kind, data = self._socket.recv_data(control_frame=True)
        except WebSocketTimeoutException:
            return
        except (WebSocketException, OSError) as error:
            raise Broken(str(error)) from error
        if kind == ABNF.OPCODE_CLOSE:
            raise Broken("the server closed the connection")
        if kind in (ABNF.OPCODE_TEXT, ABNF.OPCODE_BINARY) and (message := self._message(kind, data)):
            self._inbox.append(message)

    def _hear(self, size: int) -> bytes:
        data: bytes = self._socket._recv(size)
        self._heard_at = time.monotonic()
        return data

    def _look_after(self) -> None:
        now = time.monotonic()
        if self._asked_at > self._heard_at:
            if now - self._asked_at > DEAD_SECONDS:
                raise Broken("the server has gone silent")
        elif now - self._heard_at > QUIET_SECONDS:
            self._asked_at = now
            self._write(b"", ABNF.OPCODE_PING)

    def _message(self, kind: int, data: bytes) -> "tuple[Channel, Message] | None":
        try:
            if self._is_binary:
                channel, parts = deserialize_msg_from_ws_v1(data)
                header, parent, _, content = (self._session.unpack(part) for part in parts[:4])
                return channel, {"header": header, "parent_header": parent or {}, "content": content}
            message = deserialize_msg_from_ws_default(data if kind == ABNF.OPCODE_BINARY else data.decode())
            return message["channel"], message
        except (ValueError, TypeError, KeyError, IndexError):
            # No message at all: nothing of ours.
            return None


class _Frames(websocket.frame_buffer):  # type: ignore[misc]
    """The library's, which would read a frame of any length."""

    def recv_length(self) -> None:
        super().recv_length()
        if (self.length or 0) > LONGEST_MESSAGE:
            raise TooLong(f"a message of {self.length:,} bytes")


def _connected(url: str, address: ServerAddress, seconds: float) -> websocket.WebSocket:
    """A socket that speaks the best protocol which the server has."""
    try:
        try:
            return _open(url, address, seconds, [BINARY])
        except (WebSocketBadStatusException, WebSocketTimeoutException):
            raise
        except WebSocketException:
            # The library takes a server that does not know the protocol for one that broke off.
            return _open(url, address, seconds, [])
    except (WebSocketException, OSError, ValueError) as error:
        raise Broken(str(error)) from error


def _open(url: str, address: ServerAddress, seconds: float, protocols: list[str]) -> websocket.WebSocket:
    certificates = address.certificates or certifi.where()
    opened = websocket.WebSocket(
        sockopt=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        sslopt={"ca_certs": certificates},
        enable_multithread=True,
        skip_utf8_validation=True,
    )
    # The token goes into a header, never into the address, and never to where a redirect leads.
    header = [f"Authorization: token {address.token}"] if address.token else []
    opened.connect(url, timeout=seconds, header=header, subprotocols=protocols, redirect_limit=0, suppress_origin=True)
    return opened


def _acknowledge_at_once(opened: websocket.WebSocket) -> None:
    """Linux delays what confirms a packet by 40 ms, and the server holds back its next small one until then.

    The system forgets this wish after a while, so it is said before each read.
    """
    if QUICKACK is not None:
        opened.sock.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)
