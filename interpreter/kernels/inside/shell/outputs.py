"""What a cell writes: read by one thread for all cells, sent in order under the cell that it belongs to."""

from __future__ import annotations

import codecs
import os
import selectors
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

PIECE = 1 << 16
"""Bytes that one message carries at most."""
CAPACITY = 1 << 18
"""Bytes that a pipe should hold; a writer that is ahead of us waits."""
NAP_SECONDS = 0.01
"""Lines that come one by one are sent together."""

Send = Callable[[Any, str, str], None]
"""Sends text: the request that it belongs to, the name of the stream, the text."""


class Pipe:
    """One stream of one cell: a named pipe, which jobs in the background may hold open after their cell."""

    def __init__(self, path: Path, name: str, parent: Any) -> None:
        self.path, self.name, self.parent = path, name, parent
        os.mkfifo(path, 0o600)
        self.reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        # Until the cell is over there is a writer, so that it cannot end too early.
        self._writer: int | None = os.open(path, os.O_WRONLY)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.is_open = True
        with suppress(ImportError, OSError):
            import fcntl

            fcntl.fcntl(self.reader, getattr(fcntl, "F_SETPIPE_SZ", 1031), CAPACITY)

    def waiting(self) -> int:
        """Bytes that can be read at once."""
        import fcntl
        import termios

        (count,) = struct.unpack("i", fcntl.ioctl(self.reader, termios.FIONREAD, b"\0\0\0\0"))
        return int(count)

    def read(self, most: int) -> tuple[int, str]:
        """The bytes read and their text; closed by itself at its end."""
        try:
            data = os.read(self.reader, most)
        except BlockingIOError:
            return 0, ""
        if not data:
            self.is_open = False
        return len(data), self._decoder.decode(data, final=not data)

    def seal(self) -> None:
        """The cell is over: the end comes when no job holds the pipe any more."""
        if self._writer is not None:
            os.close(self._writer)
            self.path.unlink(missing_ok=True)
            self._writer = None


class Outputs:
    """Reads the pipes of all cells; sending waits for the reader of the messages, and with it whoever writes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._selector = selectors.DefaultSelector()
        self._lock = threading.Lock()
        threading.Thread(target=self._watch, name="bash-outputs", daemon=True).start()

    def open(self, paths: dict[str, Path], parent: Any) -> list[Pipe]:
        """The pipes of a cell, by the name of the stream."""
        pipes = [Pipe(path, name, parent) for name, path in paths.items()]
        for pipe in pipes:
            self._selector.register(pipe.reader, selectors.EVENT_READ, pipe)
        return pipes

    def finish(self, pipes: list[Pipe]) -> None:
        """Send all that was written until now; what comes later still goes to the same request."""
        with self._lock:
            for pipe in pipes:
                pipe.seal()
                left = pipe.waiting() if pipe.is_open else 0
                while left > 0 and (count := self._pass_on(pipe, min(left, PIECE))):
                    left -= count
                if pipe.is_open:
                    self._pass_on(pipe, PIECE)

    def _watch(self) -> None:
        while True:
            ready = [key.data for key, _ in self._selector.select() if key.data]
            with self._lock:
                counts = [self._pass_on(pipe, PIECE) for pipe in ready if pipe.is_open]
            if PIECE not in counts:
                time.sleep(NAP_SECONDS)

    def _pass_on(self, pipe: Pipe, most: int) -> int:
        count, text = pipe.read(most)
        if text:
            self._send(pipe.parent, pipe.name, text)
        if not pipe.is_open:
            self._selector.unregister(pipe.reader)
            os.close(pipe.reader)
        return count
