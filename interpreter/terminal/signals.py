"""Ctrl-C and the signals that end the program."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stops_turn(cancel: Callable[[bool], None]) -> Iterator[None]:
    """While a turn runs, the first Ctrl-C calls `cancel(False)`, each further one `cancel(True)`, which kills."""
    presses = 0

    def pressed(number: int, frame: FrameType | None) -> None:
        nonlocal presses
        presses += 1
        cancel(presses > 1)

    before = signal.signal(signal.SIGINT, pressed)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def leave_on_termination() -> None:
    """SIGTERM and SIGHUP leave through every `finally`, with exit code 128 plus the signal's number."""

    def leave(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
