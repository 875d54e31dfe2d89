"""Stopping: a limit, a cancel or a closed stream ends the request at once, and the next one is answered."""

import gc
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from interpreter.core.errors import ModelFailed
from interpreter.core.ports import Finished, Idle, TextDelta
from tests.llm.contract.asking import ASKED, text_of
from tests.llm.contract.conftest import Line, assert_no_thread_is_left
from tests.scripted_server import Cuts, Hangs, Refuses, Says, Script, Stalls

HANG = 30
"""Seconds after which something has not happened, on however busy a machine."""

SILENT = [Hangs(), Stalls("Well")]


@pytest.mark.parametrize(("script", "limits"), [(Hangs(), (0.3, 60.0)), (Stalls("Well"), (60.0, 0.3))])
def test_a_silent_server_fails_at_the_limit(line: Line, script: Script, limits: tuple[float, float]) -> None:
    with line.serve(script) as server, pytest.raises(ModelFailed, match=r"0\.3 seconds") as raised:
        line.deltas(line.connect(server, first_token_timeout=limits[0], gap_timeout=limits[1]))

    assert raised.value.hint
    assert server.disconnects == 1 or server.wait_for(disconnects=1)


def test_silence_is_reported_while_it_lasts(line: Line) -> None:
    with line.serve(Stalls("Well")) as server, closing(line.connect(server).stream("", ASKED)) as deltas:
        seen = [next(deltas) for _ in range(8)]

    assert TextDelta("Well") in seen
    assert seen.count(Idle()) >= 4


@pytest.mark.parametrize("script", SILENT)
def test_cancelling_from_another_thread_ends_a_silent_request_at_once(line: Line, script: Script) -> None:
    with line.serve(script) as server:
        threading.Thread(target=lambda: server.wait_for(requests=1) and line.cancel.cancel()).start()
        deltas = line.deltas(line.connect(server))

        assert not [delta for delta in deltas if isinstance(delta, Finished)]
        assert server.wait_for(disconnects=1, timeout=HANG)


def test_closing_early_ends_the_request(line: Line) -> None:
    with line.serve(Stalls("Well")) as server:
        with closing(line.connect(server).stream("", ASKED)) as deltas:
            assert TextDelta("Well") in (delta for delta in deltas)
            began = time.monotonic()

        assert server.wait_for(disconnects=1, timeout=HANG)
        assert time.monotonic() - began < HANG


def test_after_a_cancelled_request_the_next_one_is_answered(line: Line) -> None:
    with line.serve(Hangs(), Says("Here I am")) as server:
        model = line.connect(server)
        threading.Thread(target=lambda: server.wait_for(requests=1) and line.cancel.cancel()).start()
        line.deltas(model)
        line.cancel.clear()

        assert text_of(line.deltas(model)) == "Here I am"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors in /proc")
def test_cancelled_and_failed_requests_leave_no_descriptor_open(line: Line) -> None:
    def round_of_failures() -> None:
        with line.serve(Cuts("Half"), Refuses(500, "no"), Stalls("Well")) as server:
            model = line.connect(server)
            for _ in range(2):
                with pytest.raises(ModelFailed):
                    line.deltas(model)
            with closing(model.stream("", ASKED)) as deltas:
                assert TextDelta("Well") in (delta for delta in deltas)
            model.close()
            assert server.wait_for(disconnects=1)
        assert_no_thread_is_left()

    def descriptors() -> int:
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir()))

    round_of_failures()
    before = descriptors()
    for _ in range(4):
        round_of_failures()

    deadline = time.monotonic() + 5
    while descriptors() > before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert descriptors() <= before
