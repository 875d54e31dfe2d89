"""A stream read in a thread: what comes, comes through; whoever waits can leave."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import ModelFailed
from interpreter.core.ports import Delta, Finished, Idle, TextDelta
from interpreter.llm.limits import within_limits
from interpreter.llm.pump import pumped

HELLO = [TextDelta("Hel"), TextDelta("lo"), Finished("stop")]


class Pipe:
    """A stream that says something, then blocks until it is hung up."""

    def __init__(self, *deltas: Delta) -> None:
        self.deltas = deltas
        self.hung_up = threading.Event()
        self.is_closed = threading.Event()
        self.aborts = 0

    def open(self) -> Iterator[Delta]:
        try:
            yield from self.deltas
            self.hung_up.wait(20)
            raise ConnectionError("hung up")
        finally:
            self.is_closed.set()

    def abort(self) -> None:
        self.aborts += 1
        self.hung_up.set()


def no_abort() -> None:
    raise AssertionError("nothing was to be aborted")


def test_everything_comes_through_in_order() -> None:
    assert list(pumped(lambda: iter(HELLO), CancelToken(), no_abort)) == HELLO


def test_an_exception_in_the_stream_is_raised_after_what_came_before() -> None:
    def broken() -> Iterator[Delta]:
        yield TextDelta("Hel")
        raise ModelFailed("cut")

    seen = []
    with pytest.raises(ModelFailed, match="cut"):
        for delta in pumped(broken, CancelToken(), no_abort):
            seen.append(delta)

    assert seen == [TextDelta("Hel")]


def test_a_stream_that_cannot_be_opened_raises() -> None:
    def unopened() -> Iterator[Delta]:
        raise ModelFailed("no")

    with pytest.raises(ModelFailed, match="no"):
        list(pumped(unopened, CancelToken(), no_abort))


def test_silence_is_reported_and_a_cancelled_stream_ends_without_an_error() -> None:
    pipe, cancel, seen = Pipe(TextDelta("Hi")), CancelToken(), []

    for delta in pumped(pipe.open, cancel, pipe.abort):
        seen.append(delta)
        if delta == Idle():
            cancel.cancel()

    assert seen == [TextDelta("Hi"), Idle()]
    assert pipe.aborts == 1
    assert pipe.is_closed.wait(5)


def test_leaving_early_aborts_and_closes_the_stream() -> None:
    pipe = Pipe(*HELLO[:2])

    with closing(pumped(pipe.open, CancelToken(), pipe.abort)) as deltas:
        assert next(deltas) == HELLO[0]

    assert pipe.aborts == 1
    assert pipe.is_closed.wait(5)


def test_a_stream_that_goes_on_after_its_end_is_aborted() -> None:
    pipe = Pipe(*HELLO)

    assert list(pumped(pipe.open, CancelToken(), pipe.abort)) == HELLO
    assert pipe.aborts == 1


def test_a_token_that_is_already_set_gives_nothing() -> None:
    pipe, cancel = Pipe(TextDelta("Hi")), CancelToken()
    cancel.cancel()

    assert list(pumped(pipe.open, cancel, pipe.abort)) == []


def test_no_thread_outlives_its_stream() -> None:
    before = threading.active_count()
    for _ in range(50):
        list(pumped(lambda: iter(HELLO), CancelToken(), no_abort))
        pipe = Pipe(TextDelta("Hi"))
        with closing(pumped(pipe.open, CancelToken(), pipe.abort)) as deltas:
            next(deltas)

    assert threading.active_count() <= before


def ticking(seconds: float) -> Iterator[float]:
    now = 0.0
    while True:
        yield now
        now += seconds


@pytest.mark.parametrize(
    ("deltas", "message"),
    [([Idle()] * 200, "begin to answer within 5"), ([TextDelta("a"), *[Idle()] * 200], "middle of its answer for 3")],
)
def test_silence_beyond_the_limits_is_a_failure(deltas: list[Delta], message: str) -> None:
    clock = ticking(0.1)

    with pytest.raises(ModelFailed, match=message):
        list(within_limits(iter(deltas), 5, 3, lambda: next(clock)))


def test_a_slow_stream_within_the_limits_passes() -> None:
    clock = ticking(0.1)
    deltas = [TextDelta("a"), *[Idle()] * 20] * 10

    assert list(within_limits(iter(deltas), 5, 3, lambda: next(clock))) == deltas
