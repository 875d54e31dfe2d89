"""A pseudo-terminal in this process: what the program shows on it, and the keys that a person presses."""

import codecs
import os
import select
import termios
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Self

from interpreter.console.tty import Tty
from interpreter.core.cancel import CancelToken

PATIENCE = 10
"""Seconds until something that does not appear is taken for a hang."""


class PseudoTerminal:
    """Open with `with`; at the end the modes must be those of the beginning."""

    def __enter__(self) -> Self:
        self._person, self._program = os.openpty()
        self.tty = Tty(self._program)
        self.token = CancelToken()
        self.screen = ""
        self.all = ""
        self._raw = ""
        self._modes = termios.tcgetattr(self._program)
        self._worker = ThreadPoolExecutor(1)
        self._asked: list[Future[Any]] = []
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_open = True
        return self

    def __exit__(self, *_: object) -> None:
        self.token.cancel()
        wait(self._asked, PATIENCE)
        modes_are_back = not self._is_open or self.finds_its_modes_as_they_were()
        if self._is_open:
            # Whoever still writes gets an error now, so that a failed test ends.
            os.close(self._person)
        self._worker.shutdown()
        os.close(self._program)
        assert modes_are_back

    def starts(self, work: Callable[[], Any]) -> "Future[Any]":
        """Let the program ask, in a thread of its own."""
        self._asked.append(self._worker.submit(work))
        return self._asked[-1]

    def stops(self) -> bool:
        """Whether the test is over, so that no thread waits for a key for ever."""
        return self.token.is_set

    def sees(self, text: str) -> Self:
        """Wait until the text stands on the screen; what comes next is looked for behind it."""
        until = time.monotonic() + PATIENCE
        while text not in self.screen:
            assert self._reads(until - time.monotonic()), f"{text!r} is not in {self.screen!r}"
        self.screen = self.screen.split(text, 1)[1]
        return self

    def sees_nothing_of(self, text: str) -> bool:
        """Whether the text does not come, and has not come since what was seen last."""
        while self._reads(0.2):
            pass
        return text not in self.screen

    def types(self, keys: str) -> Self:
        """Press keys."""
        os.write(self._person, keys.encode())
        return self

    def hangs_up(self) -> None:
        """Close the window."""
        os.close(self._person)
        self._is_open = False

    def finds_its_modes_as_they_were(self) -> bool:
        """Whether keys are echoed, and lines edited, as before."""
        return termios.tcgetattr(self._program) == self._modes

    def _reads(self, seconds: float) -> bool:
        if not select.select([self._person], [], [], max(0, seconds))[0]:
            return False
        self._raw += self._decoder.decode(os.read(self._person, 4096))
        whole, self._raw = (self._raw[:-1], "\r") if self._raw.endswith("\r") else (self._raw, "")
        self.screen += whole.replace("\r\n", "\n")
        self.all += whole.replace("\r\n", "\n")
        return True
