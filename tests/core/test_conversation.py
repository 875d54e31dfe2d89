"""The messages of a session: added in order, taken back by the turn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.conversation import Conversation
from interpreter.core.messages import CodeBlock, Execution, Instruction, Reply

BLOCK = CodeBlock("python", "1")
ASKED, PROPOSED, RAN, SAID = Instruction("do it"), Reply("…", BLOCK), Execution(BLOCK, "ok"), Reply("Done.")


def test_messages_stay_in_the_order_they_were_added():
    conversation = Conversation()

    for message in (ASKED, PROPOSED, RAN, SAID):
        conversation.add(message)

    assert conversation.messages == (ASKED, PROPOSED, RAN, SAID)


def test_turns_are_the_messages_from_one_instruction_to_the_next():
    assert Conversation([ASKED, SAID, ASKED, PROPOSED, RAN]).turns == ((ASKED, SAID), (ASKED, PROPOSED, RAN))
    assert Conversation().turns == ()


def test_undo_takes_back_the_last_turn_and_no_more():
    conversation = Conversation([ASKED, SAID, ASKED, PROPOSED, RAN, SAID])

    undone = conversation.undo()

    assert undone == (ASKED, PROPOSED, RAN, SAID)
    assert conversation.messages == (ASKED, SAID)


def test_there_is_nothing_to_undo_in_an_empty_conversation():
    assert Conversation().undo() == ()


@pytest.mark.parametrize("before", [(), (ASKED,), (ASKED, PROPOSED, RAN)])
def test_an_execution_needs_the_reply_that_asked_for_it(before):
    conversation = Conversation(before)
    with pytest.raises(ValueError, match="needs the reply"):
        conversation.add(RAN)
    assert conversation.messages == before


def test_a_turn_that_was_broken_off_is_followed_by_the_next_one():
    conversation = Conversation([ASKED, PROPOSED])
    conversation.add(ASKED)
    assert conversation.turn == 2
    assert conversation.last_turn == (ASKED,)


def test_reset_forgets_everything():
    conversation = Conversation([ASKED, SAID])
    conversation.reset()
    assert (conversation.messages, conversation.turn, conversation.last_turn) == ((), 0, ())


def test_what_was_handed_out_does_not_grow():
    conversation = Conversation([ASKED])
    handed_out = conversation.messages
    conversation.add(SAID)
    assert handed_out == (ASKED,)


@given(st.lists(st.sampled_from([(ASKED,), (SAID,), (PROPOSED, RAN)])))
def test_undoing_turn_by_turn_gives_back_every_turn_once(parts):
    messages = tuple(message for part in parts for message in part)
    conversation = Conversation(messages)
    turns = conversation.turn

    undone = [conversation.undo() for _ in range(turns)]

    assert conversation.turn == 0
    assert all(turn[0] == ASKED and turn.count(ASKED) == 1 for turn in undone)
    assert conversation.messages + tuple(message for turn in reversed(undone) for message in turn) == messages
