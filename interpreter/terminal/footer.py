"""The only live region: a few lines below all that has been drawn, gone before anything is drawn over them.

The cursor always rests where drawing goes on, so erasing is one sequence from there on, also after the terminal has
become wider or narrower.
"""

import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TextIO, TypeAlias

from interpreter.terminal.long_output import ERASE_LINE
from interpreter.terminal.wrapped import columns

Lines: TypeAlias = Callable[[int], Sequence[str]]
"""Takes the columns of the terminal, and gives lines that are narrower."""

TICK = 0.1
"""Seconds between two looks at whether there is something new to show."""
LEAST_SECONDS = 1 / 12
"""Between two times that it is drawn because of what was drawn above it."""
LEAST_COLUMNS = 12
"""A narrower terminal has no room for it."""

UNKNOWN = -1
"""A column that only the terminal knows."""

_SAVE, _RESTORE = "\x1b7", "\x1b8"
_ONE_DOWN = "\x1bD"
"""Scrolls where it must, and stays in its column, whatever that is."""
_NO_WRAPPING, _WRAPPING = "\x1b[?7l", "\x1b[?7h"
ERASE = f"{_SAVE}\x1b[0m\x1b[J{_RESTORE}"
"""In the colours of the terminal, whatever a program has set."""

_SGR = re.compile(r"\x1b\[[0-9;:]*m")
_LINE_BEGINS = re.compile(r"[\n\r]")


class Footer:
    """A stream for the screen, and the lines below what goes through it; `size` gives columns and rows.

    Only what is written through it is known to it: whoever else writes does so while it is `hidden`.
    """

    def __init__(
        self,
        out: TextIO,
        size: Callable[[], tuple[int, int]] = shutil.get_terminal_size,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._out = out
        self._size = size
        self._clock = clock
        self._lock = threading.RLock()
        self._lines: Lines | None = None
        self._hides = self._holds = 0
        self._pending: list[str] = []
        self._column = 0
        self._shown: tuple[str, ...] = ()
        self._drawn_at, self._drawn_size = 0.0, (0, 0)
        self._news = threading.Event()
        self._has_ended = False

    # -- the stream

    def write(self, text: str) -> int:
        """Take text for the terminal; it is there after `flush`."""
        with self._lock:
            if self._shown and self._touches(text):
                self._erase()
            self._pending.append(text)
            self._column = self._column_after(text)
        return len(text)

    def flush(self) -> None:
        """Send what was written, unless it is held."""
        with self._lock:
            if not self._holds:
                self._send()

    @contextmanager
    def held(self) -> Iterator[None]:
        """What is written meanwhile is sent in one piece, with the footer below it."""
        self._holds += 1
        try:
            yield
        finally:
            with self._lock:
                self._holds -= 1
                if not self._shown and self._clock() - self._drawn_at >= LEAST_SECONDS:
                    self._draw()
                self._send()

    # -- the region

    @contextmanager
    def below(self, lines: Lines) -> Iterator[None]:
        """Show these lines until the end, and whatever becomes of them: a thread looks."""
        self._lines, self._has_ended = lines, False
        thread = threading.Thread(target=self._keep_up, name="footer", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._has_ended, self._lines = True, None
            self._news.set()
            try:
                thread.join()
            finally:
                self._go_away()

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Nothing of it stands there meanwhile, and somebody else may write, who ends each line."""
        self._hides += 1
        self._go_away()
        try:
            yield
        finally:
            self._column = 0
            self._hides -= 1
            self._news.set()

    @contextmanager
    def saying(self, lines: Lines) -> Iterator[None]:
        """Show these lines meanwhile, even while it is hidden."""
        before, hides = self._lines, self._hides
        self._lines, self._hides = lines, 0
        try:
            yield
        finally:
            self._lines, self._hides = before, hides
            self._go_away()

    def look_again(self) -> None:
        """There may be something new to show; for any thread."""
        self._news.set()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """The process is stopped meanwhile, by a signal whose handler this is called in: no stream is touched."""
        has_lock = self._lock.acquire(timeout=1)
        try:
            with suppress(OSError, ValueError):
                os.write(self._out.fileno(), ERASE.encode() if self._shown else b"")
            self._shown = ()
            yield
        finally:
            if has_lock:
                self._lock.release()

    def _keep_up(self) -> None:
        # A terminal that is gone shows nothing; whoever draws will notice.
        with suppress(OSError, ValueError):
            while not self._has_ended:
                self._news.wait(TICK)
                self._news.clear()
                with self._lock:
                    if not self._holds and not self._has_ended:
                        self._draw()
                        self._send()

    def _go_away(self) -> None:
        with self._lock, suppress(OSError, ValueError):
            if self._shown:
                self._erase()
                self._send()

    def _send(self) -> None:
        text, self._pending = "".join(self._pending), []
        if text:
            self._out.write(text)
            self._out.flush()

    def _erase(self) -> None:
        self._pending.append(ERASE)
        self._shown = ()

    def _draw(self) -> None:
        width, height = size = self._size()
        shows = self._lines is not None and not self._hides and width >= LEAST_COLUMNS
        lines = tuple(self._lines(width)[: height - 1]) if self._lines and shows else ()
        if lines == self._shown and (not lines or size == self._drawn_size):
            return
        if self._shown:
            self._erase()
        column = self._column % width
        # At the edge the next character goes to the next line, which any move of the cursor would undo.
        if not lines or self._column == UNKNOWN or (self._column and not column) or not self._is_ours():
            return
        room = len(lines) - (not column)
        down = f"{_ONE_DOWN * room}\x1b[{room}A" if room else ""
        start = "\r\n" if column else ""
        drawn = "\r\n".join(lines)
        self._pending.append(f"{down}{_SAVE}{_NO_WRAPPING}\x1b[0m{start}{drawn}{_RESTORE}{_WRAPPING}")
        self._shown, self._drawn_at, self._drawn_size = lines, self._clock(), size

    def _touches(self, text: str) -> bool:
        """Whether drawing this text may move the cursor to where the footer stands."""
        if not self._column or "\n" in text or "\x1b" in _SGR.sub("", text).replace(ERASE_LINE, ""):
            return True
        width, after = self._size()[0], self._column_after(text)
        row_begins = 0 if "\r" in text else self._column - self._column % width
        return after == UNKNOWN or after - row_begins >= width

    def _column_after(self, text: str) -> int:
        """How much of a line stands there then, or UNKNOWN."""
        *lines, last = _LINE_BEGINS.split(text)
        before, more = 0 if lines else self._column, _SGR.sub("", last).replace("\x1b[K", "")
        if before == UNKNOWN or "\t" in more:
            return UNKNOWN
        after = before + columns(more)
        # A wide character that has no room at the end of a row goes to the next one, and leaves a gap.
        return after if more.isascii() or before % (width := self._size()[0]) + after - before <= width else UNKNOWN

    def _is_ours(self) -> bool:
        """Whether the terminal is not another program's now, as it is for what runs in the background."""
        try:
            return os.tcgetpgrp(self._out.fileno()) == os.getpgrp()
        except (OSError, ValueError):
            return True
