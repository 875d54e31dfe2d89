"""What a small model sees of its own failures."""

from interpreter.core.feedback import LESSONS, describe
from interpreter.core.messages import CodeBlock, Execution, Failure, Instruction, Message, Reply
from interpreter.core.retelling import retold

TASK = Instruction("Add up sales.csv")
BLOCK = CodeBlock("python", "import pandas")
REPLY = Reply(BLOCK.fenced, BLOCK)


def failed(name: str, message: str) -> Execution:
    return Execution(BLOCK, "failed", (Failure(name, message, f"{name}: {message}"),))


def lessons(messages: list[Message]) -> str:
    assert isinstance(messages[0], Instruction)
    return messages[0].text.partition(LESSONS)[2]


def test_a_failing_block_is_not_seen_again_and_its_error_stands_in_the_instruction():
    told = retold([TASK, REPLY, failed("KeyError", "'North'")])
    assert len(told) == 1
    assert lessons(told).startswith("- KeyError: 'North'")


def test_a_missing_module_is_named_with_what_to_do_instead():
    told = retold([TASK, REPLY, failed("ModuleNotFoundError", "No module named 'pandas'")])
    assert "There is no pandas here" in lessons(told)


def test_the_same_error_twice_is_one_lesson_and_another_is_a_second():
    error, other = failed("KeyError", "'a'"), failed("ValueError", "no")
    told = retold([TASK, REPLY, error, REPLY, error, REPLY, other])
    assert len(told) == 1
    assert lessons(told).count("- ") == 2


def test_what_succeeded_stays():
    done = Execution(BLOCK, "ok")
    assert retold([TASK, REPLY, done]) == [TASK, REPLY, done]
    assert retold([TASK, REPLY, failed("KeyError", "'a'"), REPLY, done])[1:] == [REPLY, done]


def test_lessons_stay_with_their_own_turn():
    told = retold([TASK, REPLY, failed("KeyError", "'a'"), Instruction("And now?"), REPLY, failed("ValueError", "b")])
    assert "KeyError" in told[0].text and "ValueError" not in told[0].text
    assert "ValueError" in told[1].text and "KeyError" not in told[1].text


def test_the_task_is_repeated_without_its_lessons():
    [taught] = retold([TASK, REPLY, failed("KeyError", "'a'")])
    told = describe(Execution(BLOCK, "ok"), taught.text, small=True)
    assert TASK.text in told and "KeyError" not in told


def test_a_changed_block_is_told_as_its_own():
    changed = CodeBlock("python", "print('```')")
    [_, reply, done] = retold([TASK, REPLY, Execution(changed, "ok", edited=True)])
    assert isinstance(reply, Reply) and reply.block == changed and reply.text == changed.fenced
    assert done == Execution(changed, "ok")
