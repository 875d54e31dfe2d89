"""Bounds on output: what passes, what is held back, and what is counted."""

from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.messages import Display, Failure, Text
from interpreter.core.ports import Cleared, DisplayUpdated, KernelEvent, OutputArrived
from interpreter.kernels.head_tail import HeadTail

pieces = st.lists(st.tuples(st.text(max_size=9), st.sampled_from(["stdout", "stderr"])), max_size=30)


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
