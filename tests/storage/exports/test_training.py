"""Training data is what OpenAI's fine-tuning and TRL read: roles in turn, the assistant last, nothing empty."""

import json

import pytest

from interpreter.core.messages import CodeBlock, Execution, Failure, Instruction, Message, Reply, Text
from interpreter.storage.exports.training import as_example, chosen
from interpreter.storage.sessions.session_reader import Mark

BLOCK = CodeBlock("python", "print(6 * 7)")


def turn(text: str) -> list[Message]:
    return [
        Instruction(text),
        Reply(f"Let me.\n\n{BLOCK.fenced}", BLOCK),
        Execution(BLOCK, "ok", (Text("42\n"),)),
        Reply(f"{text}: 42."),
    ]


def numbered(*turns: list[Message]) -> list[tuple[int, Message]]:
    return list(enumerate([message for each in turns for message in each], 1))


def roles(example) -> list[str]:
    return [message["role"] for message in example["messages"]]


def test_a_conversation_is_told_as_it_is_told_to_the_model():
    example = json.loads(json.dumps(as_example(turn("go"))))
    assert example == {
        "messages": [
            {"role": "user", "content": "go"},
            {"role": "assistant", "content": f"Let me.\n\n{BLOCK.fenced}"},
            {"role": "user", "content": "Output:\n42"},
            {"role": "assistant", "content": "go: 42."},
        ]
    }


def test_a_system_prompt_comes_first_where_it_is_wanted():
    assert roles(as_example(turn("go"), "You run code.")) == ["system", "user", "assistant", "user", "assistant"]
    assert roles(as_example(turn("go"), "  ")) == ["user", "assistant", "user", "assistant"]


@pytest.mark.parametrize(
    "messages",
    [
        [*turn("a"), Instruction("never answered")],
        [*turn("a"), Instruction("b"), Reply(BLOCK.fenced, BLOCK), Execution(BLOCK, "interrupted")],
        [*turn("a"), Instruction("b"), Instruction("c"), Reply("x"), Reply("y")],
        [Reply("nobody asked"), *turn("a")],
        [Instruction("a"), Reply("", BLOCK), Execution(BLOCK, "failed", (Failure("E", "m", "t"),)), Reply("b")],
        [Instruction("a"), Reply(""), Reply("b\ud800\x00")],
    ],
)
def test_roles_take_turns_whatever_the_conversation_was(messages):
    example = as_example(messages)
    assert roles(example) == ["user", "assistant"] * (len(example["messages"]) // 2)
    assert all(message["content"].strip() for message in example["messages"])
    json.dumps(example, ensure_ascii=False).encode()


@pytest.mark.parametrize("messages", [[], [Instruction("a")], [Instruction("a"), Reply(" ")]])
def test_a_conversation_in_which_the_model_said_nothing_teaches_nothing(messages):
    assert as_example(messages) is None


def test_a_block_that_the_user_changed_is_told_as_such():
    changed = CodeBlock("python", "print(7)")
    example = as_example(
        [Instruction("a"), Reply(BLOCK.fenced, BLOCK), Execution(changed, "ok", edited=True), Reply("b")]
    )
    assert "The user changed the code" in example["messages"][2]["content"]


def asked(messages: list[Message]) -> list[str]:
    return [message.text for message in messages if isinstance(message, Instruction)]


def test_marks_choose_what_is_taught():
    path = numbered(turn("a"), turn("b"), turn("c"), turn("d"))
    marks = {5: Mark(good=False, why=""), 9: Mark(good=True, why="")}
    assert asked(chosen(path, marks, "good")) == ["a", "c"]
    assert asked(chosen(path, marks, "bad")) == ["a", "b"]
    assert asked(chosen(path, marks, "any")) == ["a", "b", "c"]
    assert asked(chosen(path, marks, None)) == ["a", "b", "c", "d"]
    assert chosen(path, {}, "good") == [] and chosen(path, {1: marks[5]}, "good") == []
    assert asked(chosen(path, {99: marks[9]}, "any")) == []
