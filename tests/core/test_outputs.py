"""The outputs of a running block."""

import time
from itertools import pairwise

import pytest
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


ORDINARY = st.text(st.characters(codec="utf-8", exclude_characters="\r\b\x1b"), max_size=3)


@given(st.lists(st.builds(Text, ORDINARY, st.sampled_from(["stdout", "stderr"]))))
def test_no_character_is_lost_and_neighbours_differ(texts):
    joined = collected(*texts)
    for stream in ("stdout", "stderr"):
        before = "".join(text.text for text in texts if text.stream == stream)
        assert "".join(text.text for text in joined if text.stream == stream) == before
    assert all(one.stream != two.stream for one, two in pairwise(joined))


def test_a_hundred_thousand_small_pieces_take_no_time_that_grows_with_their_square():
    started = time.process_time()
    collected(*[Text("x\n")] * 100_000)
    assert time.process_time() - started < 10  # about 0.2 s; anything quadratic takes minutes


def bar(number: int, stream: str = "stderr") -> Text:
    return Text(f"\r{number:5d}/10000 |{'#' * (number // 100):<100}|", stream)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_progress_bar_is_one_line(stream):
    assert collected(*(bar(n, stream) for n in range(10_001))) == (Text(bar(10_000).text[1:], stream),)


def test_a_progress_bar_between_lines_of_the_other_stream_is_one_line():
    pieces = [piece for n in range(1_001) for piece in (bar(n), Text(f"step {n}\n"))]

    steps, last, end = collected(*pieces, Text("\rDone\x1b[K\n", "stderr"), Text("end\n", "stdout"))

    assert steps == Text("".join(f"step {n}\n" for n in range(1_001)))
    assert (last, end) == (Text("Done\n", "stderr"), Text("end\n"))


def test_a_bar_whose_line_ends_late_stays_whole():
    end = Text("\n", "stderr")
    assert collected(bar(1), bar(2), Text("done\n"), end) == (Text("done\n"), Text(bar(2).text[1:] + "\n", "stderr"))


def test_bars_on_both_streams_leave_one_line_each():
    pieces = [bar(n, stream) for n in range(10_001) for stream in ("stdout", "stderr")]
    assert collected(*pieces) == (Text(bar(10_000).text[1:], "stdout"), Text(bar(10_000).text[1:], "stderr"))


def test_what_goes_on_after_the_other_stream_without_going_back_stands_where_it_came():
    assert collected(Text("a"), Text("b", "stderr"), Text("c\rd")) == (Text("a"), Text("b", "stderr"), Text("d"))


def test_a_line_is_not_written_over_from_behind_a_display():
    shown = Display({"text/plain": "x"})
    assert collected(Text("10%"), shown, Text("\r20%")) == (Text("10%"), shown, Text("20%"))


@given(st.lists(st.sampled_from(["a", "bc\n", "\rd", "\r", "\n", "\x1b[A", "ef"]), max_size=40))
def test_trimming_keeps_the_end_and_counts_the_rest(pieces):
    whole, trimmed = Outputs(), Outputs()
    for text in pieces:
        whole.add(Text(text))
        trimmed.add(Text(text))
        trimmed.trim(5)
    trimmed.end_lines()
    trimmed.trim(5)

    everything = "".join(output.text for output in whole.all())
    kept = "".join(output.text for output in trimmed.all())
    assert len(kept) + sum(output.left_out for output in trimmed.all()) == len(everything)
    assert everything.endswith(kept) and len(kept) == min(5, len(everything))
