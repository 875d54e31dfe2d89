"""What the policy decides, nobody is asked about."""

from dataclasses import replace

import pytest

from interpreter.core.messages import CodeBlock
from interpreter.core.policy import Guarded, Nobody, allow_all, ask_before_running
from interpreter.core.ports import Refuse, Request, Run
from tests.fakes import FakeApprover

REQUEST = Request(CodeBlock("python", "1"), 1, "python", "this machine")


def test_auto_run_allows_exactly_the_block_without_asking():
    approver = FakeApprover()
    assert Guarded(allow_all, approver).decide(REQUEST) == Run(REQUEST.block)
    assert approver.asked == []


def test_in_the_chat_the_answer_is_the_persons():
    approver = FakeApprover([Refuse("not that")])
    assert Guarded(ask_before_running, approver).decide(REQUEST) == Refuse("not that")
    assert approver.asked == [REQUEST]


@pytest.mark.parametrize("language", ["html", "svg"])
def test_what_is_only_shown_needs_no_answer(language):
    approver = FakeApprover()
    request = replace(REQUEST, block=CodeBlock(language, "<b>"), kernel=language)
    assert Guarded(ask_before_running, approver).decide(request) == Run(request.block)
    assert approver.asked == []


def test_a_rule_refuses_without_asking_and_says_that_it_was_a_rule():
    approver = FakeApprover()
    decision = Guarded(lambda request: "refuse", approver).decide(REQUEST)
    assert isinstance(decision, Refuse) and decision.by == "policy" and decision.reason
    assert approver.asked == []


def test_where_there_is_nobody_nothing_is_approved():
    assert Nobody().decide(REQUEST) == Refuse(by="nobody")
