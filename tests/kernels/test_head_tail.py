"""Bounds on output: what passes, what is held back, and what is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.messages import Display, Failure, Text
from interpreter.core.outputs import Outputs
from interpreter.core.ports import Cleared, DisplayUpdated, KernelEvent, OutputArrived
from interpreter.kernels.head_tail import HeadTail

ORDINARY = st.text(st.characters(codec="utf-8", exclude_characters="\r\b\x1b"), max_size=9)
pieces = st.lists(st.tuples(ORDINARY, st.sampled_from(["stdout", "stderr"])), max_size=30)


def through(bounds: HeadTail, events: list[KernelEvent]) -> list[KernelEvent]:
    return [passed for event in events for passed in bounds.take(event)] + list(bounds.rest())


def written(text: str) -> OutputArrived:
    return OutputArrived(Text(text))


@given(pieces, st.integers(0, 20), st.integers(1, 20))
def test_head_and_tail_and_what_was_left_out_add_up(pieces: list, head: int, tail: int) -> None:
    whole = "".join(text for text, _ in pieces)

    events = through(HeadTail(head, tail), [OutputArrived(Text(*piece)) for piece in pieces])

    texts = [event.output for event in events if isinstance(event, OutputArrived)]
    left_out = sum(text.left_out for text in texts)
    kept = "".join(text.text for text in texts)
    assert len(kept) + left_out == len(whole)
    assert kept == (whole[:head] + whole[len(whole) - tail :] if left_out else whole)


def test_the_head_passes_at_once() -> None:
    assert list(HeadTail(5, 5).take(written("abc"))) == [written("abc")]


def test_a_failure_stays_behind_the_text_before_it() -> None:
    failure = OutputArrived(Failure("E", "", "E"))

    events = through(HeadTail(2, 2), [written("abcdef"), failure])

    assert events == [written("ab"), OutputArrived(Text("ef", left_out=2)), failure]


def test_displays_are_never_dropped_with_the_text_around_them() -> None:
    display = OutputArrived(Display({"text/plain": "d"}))

    events = through(HeadTail(1, 1), [written("abc"), display, written("def")])

    assert events == [written("a"), display, OutputArrived(Text("f", left_out=4))]


def test_displays_beyond_the_bound_are_counted() -> None:
    bounds = HeadTail(displays=2)

    events = through(bounds, [OutputArrived(Display({"text/plain": "d"}))] * 3)

    assert (len(events), bounds.note) == (2, "1 more display was left out.")


def test_of_updates_beyond_the_bound_the_last_is_kept() -> None:
    large = [DisplayUpdated("d", Display({"text/plain": str(number) * 30_000_000})) for number in range(4)]

    assert through(HeadTail(), list(large)) == [large[0], large[3]]


def test_clearing_takes_effect_with_the_next_output_and_makes_room() -> None:
    bounds = HeadTail(2, 2)

    events = through(bounds, [written("abcdefgh"), Cleared(), written("ij")])

    assert events == [written("ab"), Cleared(), written("ij")]


def test_clearing_with_nothing_after_it_clears_nothing() -> None:
    assert through(HeadTail(), [written("a"), Cleared()]) == [written("a")]


def resolved(events: list[KernelEvent]) -> list[Text]:
    outputs = Outputs()
    for event in events:
        assert isinstance(event, OutputArrived)
        outputs.add(event.output)
    return [output for output in outputs.all() if isinstance(output, Text)]


@pytest.mark.parametrize("size", [7, 80, 997, 1_000_000])
def test_a_progress_bar_takes_the_room_of_one_line_and_passes_while_it_runs(size: int) -> None:
    text = "".join(f"\r{number:6d} |{'#' * 70}|" for number in range(10_000))
    bounds = HeadTail(200, 200)

    passed = [
        event for start in range(0, len(text), size) for event in bounds.take(written(text[start : start + size]))
    ]

    assert resolved(passed) == [Text(f"  9999 |{'#' * 70}|")]
    assert list(bounds.rest()) == []


def test_bars_of_both_streams_and_lines_between_are_counted_as_they_stand_in_the_end() -> None:
    events: list[KernelEvent] = []
    for number in range(2_000):
        events += [OutputArrived(Text(f"\r{number}%", "stderr")), written("x\n")]

    texts = resolved(through(HeadTail(100, 100), events))

    assert sum(len(text.text) + text.left_out for text in texts) == 2 * 2_000 + len("49%") + len("1999%")
    assert texts[-1].text.endswith("x\n") and "1999%" in "".join(text.text for text in texts)


def test_ten_million_returns_without_a_line_end_are_bounded() -> None:
    bounds = HeadTail()
    piece = written("\r" + "\r".join("#" * 60 for _ in range(2_000)))

    for _ in range(5_000):
        for event in bounds.take(piece):
            assert event == piece

    assert list(bounds.rest()) == []


def test_a_bar_after_a_full_head_is_one_line_at_the_end() -> None:
    events = [written("line\n" * 100), *(written(f"\r{number}%") for number in range(1_000)), written("\n")]

    texts = resolved(through(HeadTail(50, 50), events))

    assert texts == [Text("line\n" * 10), Text("line\n" * 9 + "999%\n", left_out=405)]


def test_a_line_that_outgrows_the_head_is_still_written_over() -> None:
    events = [written("abc"), written("\rabcdef")]

    assert resolved(through(HeadTail(4, 100), events)) == [Text("abcdef")]
