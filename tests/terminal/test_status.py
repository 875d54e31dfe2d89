"""The words that say what a turn does."""

import re

import pytest

from interpreter.core.errors import ModelFailed
from interpreter.core.events import (
    ApprovalAsked,
    CodeDelta,
    ErrorRaised,
    ExecutionStarted,
    MessageAdded,
    ProseDelta,
    ReasoningDelta,
    Retrying,
    TurnEnded,
)
from interpreter.core.messages import CodeBlock, Execution, Instruction, Reply
from interpreter.core.ports import Request
from interpreter.terminal.status import Parts, Status
from interpreter.terminal.wrapped import columns

BLOCK = CodeBlock("python", "1")


class World:
    """The parts that a status asks, and the clock."""

    def __init__(self, model: str = "gpt-5-mini") -> None:
        self.now, self.is_starting, self.running = 10.0, False, ("python",)
        self.status = Status(
            Parts(lambda: model, lambda: self.is_starting, lambda: self.running), "Esc", lambda: self.now
        )

    def after(self, seconds: float, *events) -> str:
        for event in events:
            self.status.take(event)
        self.now += seconds
        return self.status.line


def test_nothing_is_said_of_what_is_over_at_once():
    assert World().after(0.2, MessageAdded(Instruction("go"))) == ""
    assert World().after(0.5, MessageAdded(Instruction("go"))) == "waiting for gpt-5-mini"


def test_what_is_waited_for_how_long_and_later_how_to_stop_it():
    world = World()
    assert world.after(4, MessageAdded(Instruction("go"))) == "waiting for gpt-5-mini · 4 s"
    assert world.after(8) == "waiting for gpt-5-mini · 12 s · Esc stops"
    assert world.after(60).startswith("waiting for gpt-5-mini · 1 min 12 s")


def test_tokens_are_counted_while_they_come():
    world = World()
    world.after(2, MessageAdded(Instruction("go")))
    assert world.after(1, ReasoningDelta("hm" * 20)) == "thinking · 3 s · ~10 tokens"
    assert world.after(1, ProseDelta("x" * 40), CodeDelta("python", "é" * 20)) == "writing · 4 s · ~30 tokens"
    assert world.after(1, MessageAdded(Execution(BLOCK, "ok"))) == "waiting for gpt-5-mini · 1 s"


def test_a_kernel_that_is_not_up_is_being_started():
    world = World()
    world.running = ()
    assert world.after(2, ExecutionStarted(BLOCK))[2:] == "starting the python kernel · 2 s"
    first = world.status.line[0]
    assert world.after(0.25)[0] != first  # the spinner turns
    world.running = ("python",)
    assert world.after(1) == "running python · 3 s"


def test_a_model_that_is_not_up_is_being_loaded():
    world = World("embedded")
    world.is_starting = True
    assert world.after(3, MessageAdded(Instruction("go")))[2:] == "loading the embedded model · 3 s"
    world.is_starting = False
    assert world.after(1) == "waiting for embedded · 4 s"


def test_a_wait_is_counted_down_and_then_it_is_waited():
    world = World()
    assert world.after(1, Retrying("Too many\x1b requests.", 8.0)) == "asked again in 7 s: Too many␛ requests."
    assert world.after(7).startswith("waiting for gpt-5-mini")


@pytest.mark.parametrize(
    "event",
    [
        ApprovalAsked(Request(BLOCK, 1, "python", "here")),
        MessageAdded(Reply("x")),
        ErrorRaised(ModelFailed("no")),
        TurnEnded("answered"),
    ],
)
def test_while_somebody_is_asked_and_at_the_end_nothing_is_said(event):
    world = World()
    assert world.after(1, MessageAdded(Instruction("go")))
    assert world.after(1, event) == ""


@pytest.mark.parametrize("width", [1, 5, 13, 80])
def test_the_line_is_narrower_than_the_terminal(width):
    world = World("字" * 30)
    world.after(4, MessageAdded(Instruction("go")))
    assert all(columns(re.sub("\x1b.*?m", "", line)) < width for line in world.status.lines(width))
