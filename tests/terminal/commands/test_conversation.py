import pytest

from interpreter.core.messages import Image, Instruction
from interpreter.core.ports import Finished, TextDelta, Usage, UsageDelta
from tests.terminal.commands.fronts import front_with, said


def test_undo_takes_back_the_last_turn_and_says_what_it_was(tmp_path, capsys):
    front = front_with(tmp_path, "One.", "Two.")
    shown = said(capsys, front, "first", "second\nline", "%undo")
    assert shown.startswith("Taken back: second line\n") and "files and variables stay" in shown
    assert [message.text for message in front.assembled.agent.conversation.messages] == ["first", "One."]


def test_undo_takes_back_several_turns_the_last_first(tmp_path, capsys):
    front = front_with(tmp_path, "One.", "Two.")
    shown = said(capsys, front, "first", "second", "%undo 2")
    assert shown.startswith("Taken back: second\nTaken back: first\n")
    assert front.assembled.agent.conversation.messages == ()


@pytest.mark.parametrize("words", ["0", "-1", "two", "1 2", "9" * 30, "1.5"])
def test_undo_takes_only_a_number(tmp_path, capsys, words):
    front = front_with(tmp_path, "One.")
    assert "takes a number" in said(capsys, front, "first", f"%undo {words}")
    assert front.assembled.agent.conversation.turn == 1


def test_undo_of_more_turns_than_there_are_takes_back_none(tmp_path, capsys):
    front = front_with(tmp_path, "One.")
    assert "Only 1 turn can be taken back" in said(capsys, front, "first", "%undo 2")
    assert front.assembled.agent.conversation.turn == 1


@pytest.mark.parametrize("command", ["%undo", "%retry"])
def test_without_a_turn_nothing_can_be_taken_back(tmp_path, capsys, command):
    assert said(capsys, front_with(tmp_path), command) == "Nothing has been asked yet.\n"


def test_what_was_taken_back_is_shown_in_one_harmless_line(tmp_path, capsys):
    front = front_with(tmp_path, "One.")
    shown = said(capsys, front, "\x1b]0;title\x07 " + "long " * 100, "%undo")
    assert "\x1b" not in shown and len(shown.splitlines()[0]) < 80


def test_retry_asks_the_last_instruction_again(tmp_path, capsys):
    front = front_with(tmp_path, "One.", "Two.", "Better.")
    shown = said(capsys, front, "first", "second", "%retry")
    assert shown.startswith("Again: second\nBetter.")
    texts = [message.text for message in front.assembled.agent.conversation.messages]
    assert texts == ["first", "One.", "second", "Better."]


def test_retry_keeps_the_pictures_of_the_instruction(tmp_path, capsys):
    front = front_with(tmp_path, "One.", "Two.")
    picture = Image("image/png", "aGk=")
    front.carry_out(Instruction("look", (picture,)))
    said(capsys, front, "%retry")
    assert front.assembled.agent.conversation.messages[0] == Instruction("look", (picture,))


def test_reset_forgets_the_conversation_and_says_how_to_lose_variables(tmp_path, capsys):
    front = front_with(tmp_path, "One.")
    assert "%restart" in said(capsys, front, "first", "%reset")
    assert front.assembled.agent.conversation.messages == ()


def test_tokens_are_those_of_the_last_turn_and_of_the_session(tmp_path, capsys):
    def reply(usage: Usage):
        return [TextDelta("Fine."), UsageDelta(usage), Finished("stop")]

    front = front_with(tmp_path, reply(Usage(1000, 20)), reply(Usage(2000, 30, cached_tokens=900)))
    assert said(capsys, front, "first", "second", "%tokens").splitlines() == [
        "last turn       2,000 in (900 cached), 30 out",
        "session         3,000 in (900 cached), 50 out",
        # 400 bytes of prompt, and `firstFine.secondFine.`
        "context in use  ~105",
    ]
    assert "context in use  ~100" in said(capsys, front, "%reset", "%tokens")


def test_tokens_that_nobody_counted_are_marked(tmp_path, capsys):
    front = front_with(tmp_path, [TextDelta("Fine."), Finished("stop")])
    assert "last turn       ~101 in, ~1 out" in said(capsys, front, "first", "%tokens")


def test_before_the_first_turn_there_are_no_tokens(tmp_path, capsys):
    assert "session         0 in, 0 out" in said(capsys, front_with(tmp_path), "%tokens")
