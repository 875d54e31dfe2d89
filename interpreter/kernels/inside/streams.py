"""What the code writes: sent in pieces, in order with what its children write, under the block that it belongs to."""

# ipykernel's functions carry no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import codecs
import concurrent.futures
import functools
import os
import select
import subprocess
import sys
import threading
from typing import Any, cast

from ipykernel.displayhook import ZMQShellDisplayHook
from ipykernel.iostream import OutStream
from ipykernel.zmqshell import ZMQDisplayPublisher

PIECE = 1 << 17
"""Characters that one message carries at most, or little more."""
DESCRIPTORS = {"stdout": 1, "stderr": 2}
OWNER = os.getpid()


def parent_of(publisher: Any) -> Any:
    """The request that output of this thread belongs to: the one whose block started the thread."""
    try:
        return publisher._parent_header.get()
    except LookupError:
        parent = getattr(threading.current_thread(), "_interpreter_block", None)
        return publisher._parent_header_global if parent is None else parent


class Stream(OutStream):  # type: ignore[misc,unused-ignore]
    """Waits for its reader: what is written is sent before much more can be written."""

    flush_interval = 0.1
    # Waiting is the point: a reader that is slow must not make it give up.
    flush_timeout = 3600
    _unsent = 0
    _childs_text = ""

    def fileno(self) -> int:
        return DESCRIPTORS[self.name]

    def _flush(self) -> None:
        self._unsent = 0
        super()._flush()

    def flush(self) -> None:
        if os.getpid() == OWNER:
            flush_to_socket(self)
            return
        text, self._childs_text = self._childs_text, ""
        with open(self.fileno(), "wb", closefd=False) as descriptor:
            descriptor.write(text.encode("utf-8", "backslashreplace"))

    def write(self, string: str) -> int:
        if not isinstance(string, str):
            raise TypeError(f"write() argument must be str, not {type(string).__name__}")
        if os.getpid() != OWNER:
            # A forked child writes whole lines to the descriptor that its parent watches: pieces would mix.
            self._childs_text += string
            if "\n" in string:
                self.flush()
            return len(string)
        for start in range(0, len(string), PIECE):
            piece = string if len(string) <= PIECE else string[start : start + PIECE]
            super().write(piece)
            self._unsent += len(piece)
            if self._unsent >= PIECE:
                self.flush()
        return len(string)


def flush_to_socket(stream: Any) -> None:
    """Wait until what was written is with its socket.

    ipykernel's own `flush` comes back when the sending is queued: a call that lets no other thread run would hold it
    back, and `os._exit` would lose it.
    """
    publisher = stream.pub_thread
    if publisher is None or not publisher.thread.is_alive() or publisher.thread is threading.current_thread():
        stream._flush()
        return
    sent = threading.Event()

    def send() -> None:
        try:
            stream._flush()
        finally:
            publisher.schedule(sent.set)

    publisher.schedule(send)
    sent.wait(stream.flush_timeout)


class Pipe:
    """Takes what children and C code write to a descriptor and passes it on to a stream."""

    def __init__(self, stream: Any, descriptor: int) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._lock = threading.RLock()
        self._read_end, write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        os.dup2(write_end, descriptor)
        os.close(write_end)
        threading.Thread(target=self._watch, name="interpreter-pipe", daemon=True).start()

    def _watch(self) -> None:
        while True:
            select.select([self._read_end], [], [])
            self.drain()

    def drain(self) -> None:
        """Pass on what is there now, at most a few pipes full: a child may write without end."""
        with self._lock:
            for _ in range(4):
                try:
                    data = os.read(self._read_end, 1 << 16)
                except BlockingIOError:
                    return
                self._stream.write(self._decoder.decode(data))


PIPES: list[Pipe] = []


def watch_pipes() -> None:
    """From now on, what is written to descriptors 1 and 2 is output like any other."""
    PIPES[:] = [Pipe(sys.stdout, 1), Pipe(sys.stderr, 2)]
    for owner, name in ((subprocess.Popen, "wait"), (os, "system")):
        setattr(owner, name, drained_after(getattr(owner, name)))


def drain_pipes() -> None:
    """Pass on what children have written so far; a forked child leaves that to its parent."""
    for pipe in PIPES if os.getpid() == OWNER else ():
        pipe.drain()


def drained_after(function: Any) -> Any:
    """The function, after which all that the child wrote comes before what is written next."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        result = function(*args, **kwargs)
        drain_pipes()
        return result

    return wrapper


def remember_blocks() -> None:
    """Let each thread, and each task of a thread pool, know by which block it was started.

    Or what it prints after that block ended would show up in the output of another.
    """
    pool: Any = concurrent.futures.ThreadPoolExecutor
    start, submit, stdout = threading.Thread.start, pool.submit, cast(Any, sys.stdout)

    @functools.wraps(start)
    def start_remembering(self: Any) -> None:
        self._interpreter_block = stdout.parent_header
        start(self)

    @functools.wraps(submit)
    def submit_remembering(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        block = stdout.parent_header
        return submit(self, functools.partial(run_for, block, fn), *args, **kwargs)

    threading.Thread.start = start_remembering  # type: ignore[method-assign]
    pool.submit = submit_remembering
    for publisher in (OutStream, ZMQDisplayPublisher, ZMQShellDisplayHook):
        # ipykernel 6 has no property here, and finds out by itself to which block a thread belongs.
        if isinstance(known := vars(publisher).get("parent_header"), property):
            publisher.parent_header = property(parent_of, known.fset)  # type: ignore[assignment]


def run_for(block: Any, fn: Any, *args: Any, **kwargs: Any) -> Any:
    """Call a function whose output belongs to a block."""
    thread: Any = threading.current_thread()
    before, thread._interpreter_block = getattr(thread, "_interpreter_block", None), block
    try:
        return fn(*args, **kwargs)
    finally:
        thread._interpreter_block = before
