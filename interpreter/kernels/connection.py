"""The sockets to one kernel and the messages on them; the only module that knows ZeroMQ."""

import os
import time
from collections.abc import Mapping
from typing import Any, TypeAlias, cast

import zmq
from jupyter_client.session import Session

from interpreter.kernels.address import Address, Channel

Message: TypeAlias = dict[str, Any]

READ_ORDER: tuple[Channel, ...] = ("control", "iopub", "shell", "stdin")
"""What a run shows comes before its end; an answer on the control channel must not wait for a flood to end."""
QUEUED_MESSAGES = 64
"""What may wait on our side from a kernel that waits for its reader; one message has at most 128 KB of text."""
PARTS = ("header", "parent_header", "content")
PROMPT_WAIT_MS = 10


class Connection:
    """Connected to a kernel from the moment it is made; used by one thread at a time."""

    def __init__(self, address: Address, waits_for_reader: bool) -> None:
        self._session = Session(key=address.key.encode(), digest_history_size=0)
        self._context = zmq.Context()
        self._introductions: zmq.Socket[bytes] | None = None
        self._poller = zmq.Poller()
        self._sockets = {channel: self._connect(address, channel, waits_for_reader) for channel in READ_ORDER}

    def _connect(self, address: Address, channel: Channel, waits_for_reader: bool) -> "zmq.Socket[bytes]":
        socket = self._context.socket(zmq.SUB if channel == "iopub" else zmq.DEALER)
        socket.linger = 0
        # The kernel's sockets appear while it starts: look for them often.
        socket.reconnect_ivl = 20
        socket.rcvhwm = QUEUED_MESSAGES if waits_for_reader else 0
        # Questions of `input()` are sent to the identity that asked for the execution.
        socket.identity = self._session.bsession
        if address.curve:
            socket.curve_publickey, socket.curve_secretkey = (key.encode() for key in address.curve)
            socket.curve_serverkey = address.curve[0].encode()
        if channel == "iopub":
            socket.subscribe(b"")
        if channel == "stdin":
            self._introductions = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
        socket.connect(address.endpoint(channel))
        self._poller.register(socket, zmq.POLLIN)
        return socket

    def can_be_asked(self) -> bool:
        """Whether the kernel knows us on the stdin channel: it drops questions to those that it does not know."""
        if self._introductions is not None and self._introductions.poll(0):
            self._sockets["stdin"].disable_monitor()
            self._introductions = None
        return self._introductions is None

    def send(self, channel: Channel, kind: str, content: Mapping[str, Any], parent: Message | None = None) -> str:
        """Send a message and give its id."""
        message = self._session.msg(kind, dict(content), parent=parent)
        self._session.send(self._sockets[channel], message)
        return cast(str, message["header"]["msg_id"])

    def receive(self, seconds: float) -> tuple[Channel, Message] | None:
        """The next message, or None when none came within so many seconds."""
        end = time.monotonic() + seconds
        while True:
            for channel in READ_ORDER:
                if channel != "stdin" or self._is_next(channel):
                    frames = self._frames(channel)
                    if frames and (message := self._read(frames)):
                        return channel, message
            left = end - time.monotonic()
            if not self._poller.poll(int(max(0.0, left) * 1000)) and left <= 0:
                return None

    def _is_next(self, channel: Channel) -> bool:
        """A question has come, and no output that the kernel sent before it is still on its way."""
        if not cast(int, self._sockets[channel].getsockopt(zmq.EVENTS)) & zmq.POLLIN:
            return False
        return not self._sockets["iopub"].poll(PROMPT_WAIT_MS)

    def _frames(self, channel: Channel) -> list[bytes] | None:
        try:
            return self._sockets[channel].recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return None

    def _read(self, frames: list[bytes]) -> Message | None:
        try:
            _, parts = self._session.feed_identities(frames)
            message = self._session.deserialize(parts)
            return message if all(isinstance(message[part], dict) for part in PARTS) else None
        except (ValueError, TypeError, KeyError):
            # Not signed with our key, or no message at all: nothing of ours.
            return None

    def close(self) -> None:
        """Close every socket; what was not sent yet is dropped."""
        if self._session.pid == os.getpid():
            self._context.destroy(linger=0)
