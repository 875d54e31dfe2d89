"""A reply that is neither an answer nor code to run: told to the model, once."""

import pytest

from interpreter.core import corrections
from interpreter.core.events import Notice
from interpreter.core.messages import Correction, Execution, Instruction, Reply
from interpreter.core.ports import Finished, ReasoningDelta, TextDelta
from tests.core.test_agent import ONE, executions, make, reason, turn

UNFENCED = "Here is the code:\n\nimport csv\nwith open('a.csv') as file:\n    rows = list(file)\nprint(rows)\n\nRun it."


def corrected(reply: str, then: str = "Done.") -> str | None:
    """What the model is told of a first reply."""
    agent = make([reply, then])
    turn(agent)
    told = [message for message in agent.model.asked[-1] if isinstance(message, Correction)]
    return told[0].text if told else None


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (UNFENCED, corrections.NO_BLOCK),
        ("```\nx = 1\nprint(x)\n```", corrections.NO_BLOCK),
        ('<tool_call>\n{"name": "read_file", "arguments": {"path": "a"}}\n</tool_call>', corrections.NO_TOOLS),
        ("[TOOL_CALLS] what?", corrections.NO_TOOLS),
        ("", corrections.EMPTY),
        ("I'm sorry, but I don't have access to your files.", corrections.CAN),
        ("As an AI language model, I cannot directly open files on your computer.", corrections.CAN),
        ("Leider kann ich nicht auf deine Dateien zugreifen.", corrections.CAN),
        ("na " * 2_000, corrections.REPEATED),
    ],
)
def test_a_reply_that_helps_nobody_is_answered_with_what_is_wrong(reply, told):
    assert corrected(reply) == told


@pytest.mark.parametrize(
    "reply",
    [
        "There are 17 rows.",
        "The capital is Lisbon. I can't say more.",
        "Use it like this:\n```python example\nimport os\nprint(os.name)\n```\n",
        '```json\n{"a": 1}\n```',
        "```\nimport of goods: 12\nprint run: 40\n```",
        "```\ntotal 12\n-rw-r--r-- a.csv\n```",
        "Call `print(x)` at the end, or write import json first.",
        "A model writes `<tool_call>` there.",
        "1. import goods\n2. print labels\n3. return to sender",
        "- import os\n- print it",
    ],
)
def test_an_answer_is_taken_as_it_is(reply):
    assert corrected(reply) is None


@pytest.mark.parametrize(
    ("instruction", "prompt", "is_run"),
    [
        ("How many lines has a.txt?", "shown", False),
        ("How many lines has a.txt?", "", True),
        ("The sum of the column amount of data.csv?", "shown", True),
    ],
)
def test_the_example_of_the_prompt_is_run_for_whoever_asks_for_it_alone(instruction, prompt, is_run):
    block = 'import csv\nprint(open("data.csv"))'
    fenced = f"```python\n{block}\n```"
    agent = make([fenced, "Done.", "Done."], system=fenced if prompt else "")
    list(agent.run(Instruction(instruction)))
    assert [execution.block.code for execution in executions(agent)] == [block] * is_run


def test_the_model_is_corrected_once_a_turn_and_told_in_one_message():
    agent = make([UNFENCED, UNFENCED, UNFENCED, "Hello."])
    events = turn(agent)
    assert reason(events) == "answered"
    assert len(agent.model.asked) == 2
    assert sum(isinstance(event, Notice) for event in events) == 1
    assert not any(isinstance(message, Correction) for message in agent.conversation.messages)
    turn(agent)
    assert len(agent.model.asked) == 4


def test_after_a_correction_the_turn_goes_on_and_the_next_request_has_none():
    agent = make([UNFENCED, ONE, "Done."])
    assert reason(turn(agent)) == "answered"
    assert [type(message) for message in agent.model.asked[1]] == [Instruction, Reply, Correction]
    assert [type(message) for message in agent.model.asked[2]] == [Instruction, Reply, Reply, Execution]
    assert executions(agent)[0].block.code == "print(1)"


def test_once_something_has_run_code_in_an_answer_is_part_of_it():
    agent = make([ONE, UNFENCED])
    assert reason(turn(agent)) == "answered"
    assert len(agent.model.asked) == 2


def test_a_second_reply_that_repeats_itself_is_cut_and_kept_short():
    agent = make(["na " * 2_000, "ha " * 2_000])
    assert reason(turn(agent)) == "answered"
    assert agent.conversation.messages[-1] == Reply("ha […]")


def test_reasoning_that_repeats_itself_is_stopped():
    endless = [ReasoningDelta("wait, ")] * 5_000
    agent = make([[*endless, Finished("stop")], [TextDelta("4"), Finished("stop")]])
    assert reason(turn(agent)) == "answered"
    assert agent.conversation.messages[-1] == Reply("4")


def test_what_was_corrected_is_not_told_again():
    first, second = Reply("bad"), Reply("good")
    assert corrections.without_corrected([Instruction("x"), first, second]) == [Instruction("x"), second]
