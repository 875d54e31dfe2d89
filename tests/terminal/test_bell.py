"""The bell: once for each time that the user is wanted after long."""

import pytest

from interpreter.core.events import ExecutionStarted, MessageAdded, ProseDelta, TurnEnded
from interpreter.core.messages import CodeBlock, Instruction
from interpreter.terminal.bell import Bell

BLOCK = CodeBlock("python", "1")
BEGUN = MessageAdded(Instruction("go"))
ASKED = None
"""No event: a question to the user."""
ANSWERED = ExecutionStarted(BLOCK)
ENDED = TurnEnded("answered")


def rung(after: float | None, *events: tuple[float, object]) -> list[float]:
    """When it rang, in a turn whose events come at these times."""
    now, times = [0.0], []
    bell = Bell(after, lambda: times.append(now[0]), lambda: now[0])
    for now[0], event in events:
        bell.take(event) if event else bell.ask()
    return times


@pytest.mark.parametrize(
    ("events", "times"),
    [
        ([(5, BEGUN), (6, ProseDelta("a")), (14, ENDED)], []),
        ([(5, BEGUN), (6, ProseDelta("a")), (15, ENDED)], [15]),
        ([(5, BEGUN), (20, ASKED), (300, ANSWERED), (301, ENDED)], [20]),
        ([(5, BEGUN), (6, ASKED), (7, ANSWERED), (20, ASKED), (21, ANSWERED), (40, ENDED)], [20, 40]),
        ([(5, BEGUN), (20, ASKED), (100, ASKED), (101, ANSWERED), (105, ENDED)], [20]),
        ([(5, BEGUN), (15, ENDED), (1000, BEGUN), (1001, ENDED)], [15]),
    ],
    ids=["short", "long", "question", "several", "one after the other", "the next turn"],
)
def test_it_rings_when_the_user_is_wanted_after_so_long_without(events, times):
    assert rung(10, *events) == times


def test_without_a_setting_it_never_rings():
    assert rung(None, (0, BEGUN), (10_000, ASKED), (20_000, ENDED)) == []


def test_zero_rings_every_time():
    assert rung(0, (0, BEGUN), (1, ENDED)) == [1]
