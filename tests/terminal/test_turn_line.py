"""What is counted of a session, and the line that tells what a turn took."""

import itertools

import pytest

from interpreter.core.events import ApprovalAsked, Event, ExecutionStarted, MessageAdded, TurnEnded, UsageReported
from interpreter.core.messages import CodeBlock, Instruction, Reply
from interpreter.core.ports import Request, Usage
from interpreter.terminal.tally import Tally
from interpreter.terminal.turn_line import BETWEEN, fitted, in_dollars, in_time, turn_parts

PRICES = (1e-6, 1e-5)


def price(usage: Usage) -> float:
    return usage.input_tokens * PRICES[0] + usage.output_tokens * PRICES[1]


def reply(usage: Usage) -> list[Event]:
    return [MessageAdded(Reply("…")), UsageReported(usage)]


def taken(*events: Event, seconds: float = 14.0, **more) -> Tally:
    """A tally on whose clock each turn takes these seconds."""
    times = itertools.chain([0.0, 0.0], itertools.count(seconds, 0.0))
    tally = Tally(lambda: next(times), **more)
    for event in [MessageAdded(Instruction("go")), *events, TurnEnded("answered")]:
        tally.take(event)
    return tally


TWO = (*reply(Usage(1500, 100)), *reply(Usage(1620, 110, cached_tokens=1400)))


@pytest.mark.parametrize(
    ("events", "more", "window", "line"),
    [
        (TWO, {"price": price}, 40_000, "2 steps · 14 s · 3,120 in (1,400 cached), 210 out · $0.0052 · context 4 %"),
        (TWO, {}, None, "2 steps · 14 s · 3,120 in (1,400 cached), 210 out · context 1,730 tokens"),
        (
            TWO,
            {"price": lambda usage: 0.0},
            1_000_000,
            "2 steps · 14 s · 3,120 in (1,400 cached), 210 out · context <1 %",
        ),
        (reply(Usage(10, 5)), {"price": price}, 100, "14 s · 10 in, 5 out · <$0.0001 · context 15 %"),
        (
            reply(Usage(900, 50, estimated=True)),
            {"price": price},
            1000,
            "14 s · ~900 in, ~50 out · ~$0.0014 · context ~95 %",
        ),
        ((), {"price": price}, 1000, ""),
    ],
)
def test_the_line_says_what_is_known_and_no_more(events, more, window, line):
    assert BETWEEN.join(turn_parts(taken(*events, **more), window)) == line


def test_the_time_at_the_question_is_no_part_of_the_turn():
    block = CodeBlock("python", "1")
    now = 0.0
    tally = Tally(lambda: now)
    steps: list[tuple[float, Event]] = [
        (0, MessageAdded(Instruction("go"))),
        (2, ApprovalAsked(Request(block, 1, "python", "this machine"))),
        (302, ExecutionStarted(block)),
        (303, ApprovalAsked(Request(block, 1, "python", "this machine"))),
        (403, TurnEnded("refused")),
    ]
    for now, event in steps:  # noqa: B007
        tally.take(event)
    assert tally.turn_seconds == 3


def test_the_cost_of_a_turn_is_looked_up_when_it_is_asked_for():
    asked = []
    tally = taken(*TWO, price=lambda usage: asked.append(usage))
    assert not asked
    assert tally.turn_cost is None and asked == [tally.turn]


def test_explanations_cost_but_are_no_part_of_the_context():
    tally = taken(*reply(Usage(1000, 10)), UsageReported(Usage(50, 500)), price=price)
    assert tally.turn == Usage(1050, 510) and tally.context == Usage(1000, 10)
    assert tally.turn_cost == pytest.approx(price(Usage(1050, 510)))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.04, "0.0 s"), (3.21, "3.2 s"), (9.96, "10 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s"), (3725, "1 h 2 min")],
)
def test_time_is_said_as_people_say_it(seconds, said):
    assert in_time(seconds) == said


@pytest.mark.parametrize(
    ("cost", "estimated", "said"),
    [
        (None, False, ""),
        (0.0, False, ""),
        (0.00004, False, "<$0.0001"),
        (0.0041, False, "$0.0041"),
        (0.25, True, "~$0.25"),
        (12.3, False, "$12.30"),
    ],
)
def test_dollars_have_as_many_digits_as_they_need(cost, estimated, said):
    assert in_dollars(cost, Usage(1, 1, estimated=estimated)) == said


PARTS = ["2 steps", "14 s", "3,120 in (2,900 cached), 210 out", "$0.0041", "context 4 %"]


@pytest.mark.parametrize(
    ("room", "line"),
    [
        (200, "2 steps · 14 s · 3,120 in (2,900 cached), 210 out · $0.0041 · context 4 %"),
        (60, "2 steps · 14 s · 3,120 in (2,900 cached), 210 out · $0.0041"),
        (39, "2 steps · 14 s · $0.0041 · context 4 %"),
        (20, "2 steps · 14 s"),
        (1, "2 steps"),
    ],
)
def test_on_a_narrow_terminal_what_does_not_fit_is_left_out(room, line):
    assert fitted(PARTS, room) == line
    assert fitted([], room) == ""
