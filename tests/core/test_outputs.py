"""The outputs of a running block."""

import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.messages import Display, Failure, Text
from interpreter.core.outputs import Outputs


def collected(*outputs):
    result = Outputs()
    for output in outputs:
        result.add(output)
    return result.all()


def test_text_of_one_stream_is_joined():
    assert collected(Text("a"), Text("b"), Text("c")) == (Text("abc"),)


def test_streams_stay_apart_and_in_order():
    assert collected(Text("a"), Text("b", "stderr"), Text("c")) == (Text("a"), Text("b", "stderr"), Text("c"))


def test_a_gap_begins_a_new_text():
    assert collected(Text("a"), Text("z", left_out=5), Text("!")) == (Text("a"), Text("z!", left_out=5))


def test_a_display_or_failure_stands_between_texts():
    shown, failed = Display({"text/plain": "x"}), Failure("E", "", "")
    assert collected(Text("a"), shown, Text("b"), failed) == (Text("a"), shown, Text("b"), failed)


def test_an_update_changes_every_display_of_that_id_and_nothing_else():
    outputs = Outputs()
    for output in (Display({"a": "1"}, id="x"), Text("t"), Display({"a": "1"}, id="y"), Display({"a": "1"}, id="x")):
        outputs.add(output)
    new = Display({"a": "2"}, id="x")

    outputs.update("x", new)

    assert outputs.all() == (new, Text("t"), Display({"a": "1"}, id="y"), new)


def test_clearing_waits_for_something_new():
    outputs = Outputs()
    outputs.add(Text("old"))
    outputs.clear()
    assert outputs.all() == (Text("old"),)
    assert outputs.add(Text("new")) is True
    assert outputs.add(Text("er")) is False
    assert outputs.all() == (Text("newer"),)


def test_what_was_handed_out_does_not_change():
    outputs = Outputs()
    outputs.add(Text("a"))
    handed_out = outputs.all()
    outputs.add(Text("b"))
    assert handed_out == (Text("a"),)


@given(st.lists(st.builds(Text, st.text(max_size=3), st.sampled_from(["stdout", "stderr"]))))
def test_no_character_is_lost_and_neighbours_differ(texts):
    joined = collected(*texts)
    for stream in ("stdout", "stderr"):
        before = "".join(text.text for text in texts if text.stream == stream)
        assert "".join(text.text for text in joined if text.stream == stream) == before
    assert all(one.stream != two.stream for one, two in pairwise(joined))


def test_a_hundred_thousand_small_pieces_take_less_than_a_second():
    started = time.perf_counter()
    collected(*[Text("x\n")] * 100_000)
    assert time.perf_counter() - started < 1
