"""A thread that starts kernels and lives as long as they may: their end can be tied to the thread that started them."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")


class Launcher(Generic[T]):
    """Runs tasks one after the other in one daemon thread, which must not keep the program from ending."""

    def __init__(self) -> None:
        self._tasks: SimpleQueue[tuple[Future[T], Callable[[], T]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def submit(self, task: Callable[[], T]) -> Future[T]:
        """Run a task soon; the future has its result or its exception."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="kernel-launcher", daemon=True)
            self._thread.start()
        future: Future[T] = Future()
        self._tasks.put((future, task))
        return future

    def close(self) -> None:
        """Let the thread end once its tasks are done; kernels that still run may end with it."""
        if self._thread is not None:
            self._tasks.put(None)
            self._thread.join(5)
            self._thread = None

    def _run(self) -> None:
        while (item := self._tasks.get()) is not None:
            future, task = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(task())
            except BaseException as error:
                future.set_exception(error)
