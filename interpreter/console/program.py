"""Another program at the terminal: keys and Ctrl-C are its own until it ends."""

import os
import signal
import subprocess
import termios
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType


def run(argv: Sequence[str], environ: Mapping[str, str], terminal: int | None, text: bytes | None = None) -> int:
    """Run a program at the descriptor `terminal`, or where we run; returns its exit code, negative for a signal.

    It reads `text` instead of keys, if given. Raises OSError or ValueError when it cannot be started.
    """
    source = terminal if text is None else subprocess.PIPE
    with _modes_kept(terminal), takes_ctrl_c():
        process = subprocess.Popen(argv, env=environ, stdin=source, stdout=terminal)
        try:
            process.communicate(text)
            return process.returncode
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


@contextmanager
def takes_ctrl_c() -> Iterator[Callable[[], bool]]:
    """Until the end Ctrl-C only makes the callable say True; outside of the main thread it does what it did."""
    pressed = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: pressed
    finally:
        # Whoever leaves meanwhile is not to be broken off any more.
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, before or signal.SIG_DFL)


@contextmanager
def _modes_kept(terminal: int | None) -> Iterator[None]:
    saved = None
    with suppress(termios.error):
        saved = termios.tcgetattr(terminal) if terminal is not None and os.isatty(terminal) else None
    try:
        yield
    finally:
        if terminal is not None and saved is not None:
            with suppress(OSError, termios.error):
                termios.tcsetattr(terminal, termios.TCSADRAIN, saved)
