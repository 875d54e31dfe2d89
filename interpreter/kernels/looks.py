"""Looks at a running block: wished for in any thread, taken by the one that follows the run and owns its sockets."""

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLong
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from interpreter.core.ports import Frame
from interpreter.kernels.outputs import clean
from interpreter.kernels.variables import as_variables

if TYPE_CHECKING:
    from interpreter.kernels.address import Channel
    from interpreter.kernels.connection import Message
    from interpreter.kernels.life import Life


class Looks:
    """The wishes for one kernel; there is nothing to see while no run is followed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wishes: list[Future[tuple[Frame, ...]]] = []
        self._is_open = False
        self._request_id = ""

    def look(self, seconds: float) -> tuple[Frame, ...]:
        """Wait for a look, but no longer than this; empty when there was none."""
        wish: Future[tuple[Frame, ...]] = Future()
        with self._lock:
            if not self._is_open:
                return ()
            self._wishes.append(wish)
        try:
            return wish.result(seconds)
        except TooLong:
            return ()

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """A run is followed meanwhile; whoever still waits at the end gets nothing."""
        self._request_id = ""
        with self._open(True):
            yield

    @contextmanager
    def refused(self) -> Iterator[None]:
        """Nobody follows the run for a while, because a person is being asked."""
        with self._open(False):
            yield

    def ask(self, life: "Life") -> None:
        """Send a request where somebody waits and none is on its way."""
        if self._wishes and not self._request_id:
            self._request_id = life.send("control", "look_request", {})

    def take(self, channel: "Channel", message: "Message") -> None:
        """Grant all wishes where this is the answer."""
        if channel == "control" and self._request_id and message["parent_header"].get("msg_id") == self._request_id:
            self._request_id = ""
            try:
                frames = tuple(frame_of(each) for each in message["content"]["frames"])
            except (KeyError, TypeError, ValueError):
                # The block has changed what answers here: that is no reason to stop it.
                frames = ()
            self._grant(frames)

    @contextmanager
    def _open(self, is_open: bool) -> Iterator[None]:
        before = self._set(is_open)
        try:
            yield
        finally:
            self._set(before)

    def _set(self, is_open: bool) -> bool:
        with self._lock:
            before, self._is_open = self._is_open, is_open
        if not is_open:
            self._grant(())
        return before

    def _grant(self, frames: tuple[Frame, ...]) -> None:
        with self._lock:
            wishes, self._wishes = self._wishes, []
        for wish in wishes:
            wish.set_result(frames)


def frame_of(fields: Mapping[str, Any]) -> Frame:
    """A frame as the kernel tells it."""
    return Frame(
        clean(str(fields["function"])),
        int(fields["line"]),
        clean(str(fields["code"])),
        as_variables(fields["variables"]),
    )
