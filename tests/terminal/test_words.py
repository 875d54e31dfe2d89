"""The sentences in which the program speaks of itself."""

from typing import get_args

import pytest

from interpreter.core.errors import KernelMissing, ModelFailed
from interpreter.core.events import TurnReason
from interpreter.terminal.words import ending, problem


@pytest.mark.parametrize("reason", get_args(TurnReason))
def test_an_ending_is_one_line_or_nothing(reason):
    assert "\n" not in ending(reason)


@pytest.mark.parametrize("reason", ["answered", "refused", "failed"])
def test_where_everything_has_been_said_nothing_is_added(reason):
    assert ending(reason) == ""


@pytest.mark.parametrize(("reason", "way_out"), [("step_limit", "--max-steps"), ("unapproved", "-y"), ("stuck", "Try")])
def test_an_ending_without_an_answer_says_the_way_out(reason, way_out):
    assert way_out in ending(reason)


def test_a_problem_is_what_happened_and_what_to_do():
    assert problem(KernelMissing("R", "Install it.")) == "Error: There is no kernel for R here.\nInstall it."
    assert problem(ModelFailed("It broke.")) == "Error: It broke."
