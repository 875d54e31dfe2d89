"""What is shown of a reply is what is approved and run."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpreter.core.agent import Agent
from interpreter.core.cancel import CancelToken
from interpreter.core.events import (
    ApprovalAsked,
    CodeEnded,
    CodeStarted,
    ExecutionStarted,
    MessageAdded,
    ProseDelta,
)
from interpreter.core.messages import CodeBlock, Execution, Instruction
from interpreter.core.ports import CodeDelta, Finished, Idle, ReasoningDelta, TextDelta, Usage, UsageDelta
from interpreter.core.reading import Reading
from tests.fakes import FakeApprover, FakeKernels, FakeModel

REPLIES = [
    "Let me see.\n```python\nprint(1)\nif x:\n    print('é')\n```\nOutput: 7",
    "1. So:\n   ~~~ py\n   a = '''\n   ~~~\n   '''\n   ~~~\n",
    "<think>```python\nno\n```</think>\n```\nimport os\nos.getcwd()\n```\n",
    "```python\r\nprint(1)\r\n\r\nprint(2)\r\n```\r\n",
    '```python\nx = """\n```\nprint(1)\n```\n',
    "```python\n\n\n  print(1)\n\n  print(2)\n\n```",
    "```sh\ncat <<E\n```\nE\n```\n",
    "```python\nprint(1)",
]
PARTS = st.sampled_from(
    [
        "```python\n",
        "```\n",
        "````py\n",
        "~~~\n",
        "print(1)\n",
        "  x = '''\n",
        "'''\n",
        "\n",
        "# it's\n",
        "text",
        "\r\n",
        "```python example\n",
        "<think>\n",
        "</think>\n",
        "```sh\n",
        "<<E\n",
        "E\n",
        "- ",
        "\t",
        "```",
    ]
)


def read(deltas) -> tuple[Reading, list]:
    reading = Reading(FakeKernels().language_of)
    events = [event for delta in deltas for event in reading.take(delta)]
    if not reading.is_over:
        events += reading.end()
    return reading, events


def cut(text: str, size: int) -> list:
    return [TextDelta(text[i : i + size]) for i in range(0, len(text), size)]


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def shown(events) -> str:
    return "".join(event.text for event in of(CodeDelta, events))


def check(reading: Reading, events: list) -> None:
    """A block is announced once, shown as it is, and closed by exactly what was shown."""
    ended = of(CodeEnded, events)
    assert [event.block for event in ended] == ([reading.reply().block] if reading.reply().block else [])
    assert len(ended) <= len(of(CodeStarted, events)) <= 1
    if ended:
        block = ended[0].block
        assert shown(events) == block.code
        assert {event.language for event in of(CodeDelta, events)} <= {block.language}
        assert of(CodeStarted, events) == [CodeStarted(block.language)]
        assert block.code and not reading.was_cut_in_code


@pytest.mark.parametrize("text", REPLIES)
def test_the_code_shown_is_the_block_at_every_chunk_size(text):
    blocks = set()
    for size in range(1, len(text) + 1):
        reading, events = read([*cut(text, size), Finished("stop")])
        check(reading, events)
        blocks.add(reading.reply().block)
    assert len(blocks) == 1 and None not in blocks


@given(st.lists(PARTS, max_size=12).map("".join), st.integers(1, 30), st.sampled_from(["stop", "length", "error"]))
def test_the_code_shown_is_the_block_whatever_the_reply(text, size, finish):
    reading, events = read([*cut(text, size), Finished(finish)])
    check(reading, events)


NATIVE = st.builds(CodeDelta, st.just("python"), st.sampled_from(["print(", "1)", "\n", "```\n", "'''"]))
DELTAS = st.lists(
    st.one_of(
        PARTS.map(TextDelta), NATIVE, st.just(Idle()), st.just(ReasoningDelta("hm")), st.just(UsageDelta(Usage(1, 1)))
    ),
    max_size=12,
)


@settings(max_examples=500)
@given(DELTAS, st.sampled_from(["stop", "length", "filter", "error", None]))
def test_the_code_shown_is_the_block_even_where_text_and_tool_calls_mix(deltas, finish):
    reading, events = read([*deltas, *([Finished(finish)] if finish else [])])
    check(reading, events)


@settings(max_examples=500)
@given(DELTAS)
def test_what_was_shown_is_what_is_approved_and_what_is_run(deltas):
    approver = FakeApprover()
    model = FakeModel([[*deltas, Finished("stop")], "Done."])
    agent = Agent(model, FakeKernels(), approver, cancel=CancelToken(), system=lambda: "")

    events = list(agent.run(Instruction("do it")))

    blocks = [request.block for request in approver.asked]
    assert blocks == [event.request.block for event in of(ApprovalAsked, events)]
    assert blocks == [event.block for event in of(CodeEnded, events)]
    assert blocks == [event.block for event in of(ExecutionStarted, events)]
    assert [block.code for block in blocks if block.language == "python"] == agent.kernels.kernel.ran
    assert not blocks or shown(events) == blocks[0].code
    done = [event.message for event in of(MessageAdded, events) if isinstance(event.message, Execution)]
    assert [execution.block for execution in done] == blocks


def test_prose_is_shown_as_written():
    reading, events = read([*cut("One\n\ntwo `three`\n```json\n{}\n```\nfour", 3), Finished("stop")])
    assert "".join(event.text for event in of(ProseDelta, events)) == reading.reply().text


@pytest.mark.parametrize("finish", ["length", "error", None])
def test_a_block_that_was_cut_is_no_block(finish):
    for deltas in (cut("```python\nprint(1)\npri", 4), [CodeDelta("python", "pri")]):
        reading, _ = read([*deltas, *([Finished(finish)] if finish else [])])
        assert reading.reply().block is None and reading.was_cut_in_code


def test_text_before_a_tool_call_stays_and_the_call_follows_as_a_fence():
    reading, _ = read([TextDelta("Let me see."), CodeDelta("python", "print(1)"), Finished("stop", native="id")])
    reply = reading.reply()
    assert reply.text == "Let me see.\n\n```python\nprint(1)\n```"
    assert (reply.block, reply.native) == (CodeBlock("python", "print(1)"), "id")


def test_reasoning_of_both_kinds_is_kept_apart_from_the_text():
    reading, _ = read([ReasoningDelta("one "), TextDelta("<think>two</think>\nParis."), Finished("stop")])
    assert (reading.reply().reasoning, reading.reply().text) == ("one two", "Paris.")


def test_an_estimate_counts_what_was_sent_and_what_came():
    reading, _ = read([TextDelta("x" * 40), Finished("stop")])
    usage = reading.estimate("s" * 400, [Instruction("i" * 80)])
    assert usage == Usage(120, 10, estimated=True)
