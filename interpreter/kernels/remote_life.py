"""One life of a kernel on a Jupyter Server: its messages, its connection made again where it breaks, its end."""

import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from jupyter_client.session import Session

from interpreter.core.errors import InterpreterError, KernelFailed
from interpreter.kernels import notes
from interpreter.kernels.server_notices import lost_reply, notice, rate_notice
from interpreter.kernels.wire import Broken, TooLong, Wire

if TYPE_CHECKING:
    from interpreter.kernels.address import Channel
    from interpreter.kernels.connection import Message
    from interpreter.kernels.server import Server

RECONNECT_SECONDS = 8.0
"""How long a server may be away before its kernel is given up."""
HANDSHAKE_SECONDS = 4.0
STEADY_SECONDS = 2.0
"""A connection that breaks sooner counts as none: one that breaks again and again must not go on for ever."""
PAUSE_SECONDS = 0.3
ANSWER_SECONDS = 2.0
READ_AT_ONCE = 100
"""Messages that came while nothing ran, before the next look at them."""
END_SECONDS = 2.0
"""How long the end of a kernel is waited for; the server goes on with it by itself."""


class RemoteLife:
    """A kernel that a server started for us; used by one thread at a time."""

    def __init__(self, server: "Server", kernel_id: str, session: Session, wire: Wire) -> None:
        self._server = server
        self._kernel_id = kernel_id
        self._session = session
        self._wire: Wire | None = wire
        self._inbox: deque[tuple[Channel, Message]] = deque()
        self._run_id = self._request_id = ""
        self._probe_id = self._probed_id = ""
        self._process = ""
        self._end = ""
        self._made_at = time.monotonic()
        self._broke_at = self._tried_at = 0.0

    def know(self, message: "Message") -> None:
        """Remember which process answers: another one would have none of its variables."""
        self._process = message["header"].get("session", "")

    def is_alive(self) -> bool:
        """Whether it still runs, as far as what the server has sent by now tells."""
        for _ in range(READ_AT_ONCE):
            waiting = len(self._inbox)
            self._read(0)
            if len(self._inbox) == waiting:
                break
        return not self._end

    def send(self, channel: "Channel", kind: str, content: dict[str, Any], parent: "Message | None" = None) -> str:
        """Send a message and give its id; where that fails, `is_alive` and `receive` tell in time."""
        message = self._session.msg(kind, content, parent=parent)
        if kind in ("execute_request", "input_reply"):
            self._wait_for_connection()
        if kind == "execute_request":
            self._run_id = self._request_id = message["header"]["msg_id"]
        try:
            if self._wire is not None:
                self._wire.send(channel, message)
        except Broken as broken:
            self._break(broken)
        return cast(str, message["header"]["msg_id"])

    def receive(self, seconds: float) -> "tuple[Channel, Message] | None":
        if not self._inbox:
            self._read(seconds)
        return self._inbox.popleft() if self._inbox else None

    def interrupt(self) -> None:
        with suppress(InterpreterError):
            self._server.interrupt(self._kernel_id)

    def end(self) -> str:
        return self._end or "its server says no more"

    def last_words(self) -> str:
        """What it wrote outside of any message is in the log of its server."""
        return ""

    def close(self, kindly: bool) -> None:
        """The server ends it in the same way, kindly or not: it asks first, then kills."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None
        with suppress(InterpreterError):
            self._server.end(self._kernel_id, END_SECONDS)

    def _read(self, seconds: float) -> None:
        """Take in one message, if one comes in time, or try to get the connection back."""
        if self._end:
            return
        if self._wire is None:
            self._connect_again(seconds)
            return
        try:
            if received := self._wire.receive(seconds):
                self._take(*received)
        except Broken as broken:
            self._break(broken)

    def _take(self, channel: "Channel", message: "Message") -> None:
        kind, content, parent = message["header"].get("msg_type"), message["content"], message["parent_header"]
        if kind == "status" and content.get("execution_state") in ("restarting", "dead") and not parent:
            # The server starts it again by itself, and nothing else says that it died.
            self._end = notes.NOTICED_BY_SERVER
        elif kind == "shutdown_reply":
            # Kernels tell everybody when they are told to end, and we have not done so.
            self._end = notes.ENDED_BY_SERVER
        elif kind == "kernel_info_reply" and parent.get("msg_id") == self._probe_id:
            self._take_probe(message)
        elif told := rate_notice(message):
            self._inbox.append(notice(told, parent))
        else:
            if kind == "execute_reply" and parent.get("msg_id") == self._request_id:
                self._request_id = ""
            self._inbox.append((channel, message))

    def _take_probe(self, message: "Message") -> None:
        """The kernel answers in order: what it has not said of a request by now is lost, or never reached it."""
        if self._process and message["header"].get("session", "") != self._process:
            self._end = notes.NOTICED_BY_SERVER
        elif self._request_id and self._request_id == self._probed_id:
            self._inbox += lost_reply(self._request_id)
            self._request_id = ""
        self._probe_id = ""

    def _break(self, broken: Broken) -> None:
        if self._wire is not None:
            self._wire.close()
        self._wire = None
        if (now := time.monotonic()) - self._made_at > STEADY_SECONDS or not self._broke_at:
            self._broke_at, self._tried_at = now, 0.0
        if isinstance(broken, TooLong):
            self._inbox.append(notice(notes.too_long(broken), {"msg_id": self._run_id}))

    def _connect_again(self, seconds: float) -> None:
        """One attempt, not too often: to the same kernel, as the same session, for which the server keeps messages."""
        if time.monotonic() - self._broke_at > RECONNECT_SECONDS:
            self._end = notes.SERVER_AWAY
            return
        wait = min(seconds, self._tried_at + PAUSE_SECONDS - time.monotonic())
        if wait > 0:
            time.sleep(wait)
        if time.monotonic() - self._tried_at < PAUSE_SECONDS:
            return
        try:
            if not self._server.has(self._kernel_id):
                self._end = notes.GONE_FROM_SERVER
                return
            self._wire = Wire(self._server.address, self._kernel_id, self._session, HANDSHAKE_SECONDS)
            self._probe_id, self._probed_id = self.send("shell", "kernel_info_request", {}), self._request_id
            self._inbox.append(notice(notes.BROKE, {"msg_id": self._run_id}))
        except (Broken, KernelFailed):
            pass
        except InterpreterError as error:
            self._end = str(error).rstrip(".")
        self._made_at = self._tried_at = time.monotonic()

    def _wait_for_connection(self) -> None:
        """Before something is sent that must arrive: a connection that broke in silence would swallow it."""
        try:
            if self._wire is not None and not self._wire.answers(ANSWER_SECONDS):
                self._break(Broken("no answer"))
        except Broken as broken:
            self._break(broken)
        while self._wire is None and not self._end:
            self._read(PAUSE_SECONDS)
        # An idle kernel that we have just found again says at once whether it is the one that we knew.
        deadline = time.monotonic() + ANSWER_SECONDS
        while self._probe_id and not self._request_id and not self._end and time.monotonic() < deadline:
            self._read(PAUSE_SECONDS)
