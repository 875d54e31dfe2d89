"""Output that comes after the end of its block: read on to a mark, which the same kernel prints last."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interpreter.core.ports import KernelEvent
from interpreter.kernels.running import Running

if TYPE_CHECKING:
    from interpreter.kernels.life import Life

MOST_SECONDS = 2.0
TICK = 0.1


@dataclass(frozen=True, slots=True)
class LastWord:
    """The code that prints a mark, and the mark."""

    code: str
    mark: str


def late_output(life: "Life", running: Running, last: LastWord) -> Iterator[KernelEvent]:
    """What a run that is over still brings; given up after two seconds without the mark."""
    content = {"code": last.code, "silent": True, "store_history": False, "user_expressions": {}}
    request_id = life.send("shell", "execute_request", content)
    deadline = time.monotonic() + MOST_SECONDS
    while not running.is_complete and time.monotonic() < deadline and life.is_alive():
        if received := life.receive(TICK):
            yield from running.take_late(*received, request_id, last.mark)
