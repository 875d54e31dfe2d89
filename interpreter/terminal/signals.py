"""Ctrl-C and the signals that end the program."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGHUP)

GONE_SECONDS = 2.8
"""A program that was told to end has gone within three seconds; cleaning up takes half a second."""


@contextmanager
def stops_turn(cancel: Callable[[bool], None]) -> Iterator[None]:
    """While a turn runs, the first Ctrl-C calls `cancel(False)`, each further one `cancel(True)`, which kills.

    One that was pressed after the line was taken, and before the turn began, was meant for it too.
    """
    presses = 0

    def pressed(number: int, frame: FrameType | None) -> None:
        nonlocal presses
        presses += 1
        cancel(presses > 1)

    early = signal.getsignal(signal.SIGINT)
    with _answers(pressed):
        if isinstance(early, _Noted) and early.was_pressed:
            early.was_pressed = False
            pressed(signal.SIGINT, None)
        yield


@contextmanager
def defers_ctrl_c() -> Iterator[Callable[[], None]]:
    """Ctrl-C waits until the end, or until the callable is called: both then raise KeyboardInterrupt.

    Raised amid an import, it would leave that module locked for ever, and with it a thread that imports it too.
    """
    pressed = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True

    def let_through() -> None:
        if pressed:
            raise KeyboardInterrupt

    with _answers(note):
        yield let_through
    let_through()


@contextmanager
def gives_way(aside: Callable[[], AbstractContextManager[object]], back: Callable[[], None]) -> Iterator[None]:
    """At Ctrl-Z the process is stopped within `aside()`; whenever it goes on after it was stopped, `back` is called."""

    def stop(number: int, frame: FrameType | None) -> None:
        with aside():
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTSTP)
            signal.signal(signal.SIGTSTP, stop)
        # Where no shell could have it go on, the system has not stopped it.
        back()

    if signal.getsignal(signal.SIGTSTP) is signal.SIG_IGN:
        yield
        return
    before = signal.signal(signal.SIGTSTP, stop), signal.signal(signal.SIGCONT, lambda number, frame: back())
    try:
        yield
    finally:
        signal.signal(signal.SIGTSTP, before[0])
        signal.signal(signal.SIGCONT, before[1])


def notes_ctrl_c() -> AbstractContextManager[None]:
    """Between turns Ctrl-C is a key for the prompt; elsewhere it must not end the chat, and is noted for the turn."""
    return _answers(_Noted())


def forget_ctrl_c() -> None:
    """A line is about to be read: what was pressed before that stops nothing any more."""
    if isinstance(noted := signal.getsignal(signal.SIGINT), _Noted):
        noted.was_pressed = False


def breaks_off() -> AbstractContextManager[None]:
    """Ctrl-C raises KeyboardInterrupt."""
    return _answers(signal.default_int_handler)


def leave_on_termination(before: Callable[[], None]) -> None:
    """SIGTERM and SIGHUP call `before`, then leave through every `finally` with 128 plus their number as exit code.

    One that was ignored when we began (`nohup`) stays ignored. Whatever hangs, the program has gone in time.
    """

    def leave(number: int, frame: FrameType | None) -> None:
        leave_in_peace()
        signal.signal(signal.SIGALRM, lambda *_: os._exit(128 + number))
        signal.setitimer(signal.ITIMER_REAL, GONE_SECONDS)
        before()
        sys.exit(128 + number)

    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, leave)


def leave_in_peace() -> None:
    """From here on no signal breaks off what is left to do: a moment's cleaning up, and Python's own end."""
    for number in (signal.SIGINT, *ENDING):
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def _answers(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, before)


class _Noted:
    """What a signal does between turns."""

    def __init__(self) -> None:
        self.was_pressed = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.was_pressed = True
