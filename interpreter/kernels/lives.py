"""The lives of one kernel: started in the background, waited for, ended, begun again."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, TypeAlias

from interpreter.core.cancel import CancelToken
from interpreter.kernels.launcher import Launcher

if TYPE_CHECKING:
    from interpreter.kernels.life import Life

Start: TypeAlias = "Callable[[Callable[[], bool]], Life]"
"""Starts a kernel, in the launcher's thread; its argument tells whether it may give up."""

LOOK_SECONDS = 0.05


class Lives:
    """Holds at most one life at a time; `start` raises KernelFailed when it cannot begin one."""

    def __init__(self, start: Start, launcher: "Launcher[Life]", cancel: CancelToken) -> None:
        self._start = start
        self._launcher = launcher
        self._cancel = cancel
        self._current: Future[Life] | None = None
        self._closed = False
        self._lost = ""

    def begin(self) -> "Future[Life]":
        """Start one in the background, unless one runs or starts already; after a failure it is tried again."""
        if self._current is None or (self._current.done() and self._current.exception()):
            self._current = self._launcher.submit(lambda: self._start(lambda: self._closed))
        return self._current

    def current(self) -> "Life | None":
        """The one that code can be sent to; None when the cancel token is set before there is one."""
        if died := self._died():
            self._lost = died.end()
            self.end(kindly=False)
        beginning = self.begin()
        while not self._cancel.is_set:
            if beginning.done():
                return beginning.result()
            wait([beginning], LOOK_SECONDS)
        return None

    @property
    def is_there(self) -> bool:
        """Whether one runs now; nothing is started or waited for."""
        current = self._current
        return current is not None and current.done() and not current.exception() and current.result().is_alive()

    def end(self, kindly: bool, lost: str = "") -> None:
        """End the current one, if there is one; `lost` says how, where `take_lost` is to tell it."""
        ending, self._current = self._current, None
        self._lost = lost if lost and ending is not None else self._lost
        if ending is None or ending.cancel():
            return
        wait([ending])
        if not ending.exception():
            ending.result().close(kindly)

    def close(self) -> None:
        """End the current one for good."""
        self._closed = True
        self.end(kindly=True)

    def take_lost(self) -> str:
        """How a life ended while nothing ran in it, told once; empty where none did."""
        lost, self._lost = self._lost, ""
        return lost

    def _died(self) -> "Life | None":
        current = self._current
        if current is None or not current.done() or current.exception():
            return None
        return None if current.result().is_alive() else current.result()
