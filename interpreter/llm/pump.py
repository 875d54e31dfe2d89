"""A blocking stream, read in a thread of its own so that whoever waits for it can be stopped."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TypeAlias

from interpreter.core.cancel import CancelToken
from interpreter.core.ports import Delta, Finished, Idle

TICK = 0.1
"""Seconds of silence after which `Idle` is reported and the cancel token looked at."""

GRACE = 0.2
"""Seconds a finished or hung-up thread is given to put its connection away."""


@dataclass(frozen=True, slots=True)
class _Over:
    error: BaseException | None = None


_Queue: TypeAlias = SimpleQueue[Delta | _Over]


def pumped(
    open_stream: Callable[[], Iterator[Delta]], cancel: CancelToken, abort: Callable[[], None]
) -> Generator[Delta, None, None]:
    """The deltas of a stream that is opened and read in a daemon thread, with `Idle` where nothing comes.

    Ends without `Finished` once the token is set. `abort` must make a blocked read end; it is called, from the
    consumer's thread, when the stream is left before its end. What the stream raises is raised here.
    """
    queue: _Queue = SimpleQueue()
    left = Event()
    thread = Thread(target=_drive, args=(open_stream, queue, left), name="model-stream", daemon=True)
    thread.start()
    is_complete = False
    try:
        while not cancel.is_set and not is_complete:
            item = _next(queue)
            is_complete = isinstance(item, Finished | _Over)
            if not isinstance(item, _Over):
                yield item
            elif item.error is not None:
                raise item.error
    finally:
        left.set()
        _put_away(thread, abort, is_complete)


def _next(queue: _Queue) -> Delta | _Over:
    try:
        return queue.get(timeout=TICK)
    except Empty:
        return Idle()


def _put_away(thread: Thread, abort: Callable[[], None], is_complete: bool) -> None:
    if is_complete:
        thread.join(GRACE)
    if thread.is_alive():
        abort()
        thread.join(GRACE)


def _drive(open_stream: Callable[[], Iterator[Delta]], queue: _Queue, left: Event) -> None:
    try:
        with closing(_as_generator(open_stream)) as deltas:
            for delta in deltas:
                if left.is_set():
                    return
                queue.put(delta)
    except BaseException as error:
        queue.put(_Over(error))
    else:
        queue.put(_Over())


def _as_generator(open_stream: Callable[[], Iterator[Delta]]) -> Generator[Delta, None, None]:
    yield from open_stream()
