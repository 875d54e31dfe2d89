"""Every event can be written down."""

import json
from dataclasses import fields
from typing import get_args

import pytest

from interpreter.core.errors import KernelMissing, KeyRejected, ModelBusy
from interpreter.core.events import (
    SCHEMA,
    ApprovalAsked,
    CodeDelta,
    CodeEnded,
    CodeStarted,
    ErrorRaised,
    Event,
    ExecutionStarted,
    MessageAdded,
    Notice,
    OutputReceived,
    ProseDelta,
    ReasoningDelta,
    Retrying,
    SessionStarted,
    TurnEnded,
    UsageReported,
    as_record,
)
from interpreter.core.messages import CodeBlock, Display, Execution, Failure, Image, Instruction, Reply, Text
from interpreter.core.ports import Request, Usage

BLOCK = CodeBlock("python", "print('\ud800')")
OUTPUTS = (Text("a"), Display({"application/json": {"x": [1]}}, {"w": 1}, "id"), Failure("E", "m", "t"))
EVENTS = [
    SessionStarted("fake", "this machine", "/tmp"),
    ProseDelta("Hello"),
    ReasoningDelta("Hm"),
    CodeStarted("python"),
    CodeDelta("python", "print"),
    CodeEnded(BLOCK),
    ApprovalAsked(Request(BLOCK, 1, "python", "this machine", ("a hint",))),
    ExecutionStarted(BLOCK),
    *(OutputReceived(output, "id", True) for output in OUTPUTS),
    UsageReported(Usage(1, 2, 3, True)),
    MessageAdded(Instruction("do it", (Image("image/png", "AAAA"),))),
    MessageAdded(Reply("text", BLOCK, "hm", {"id": "call_1"})),
    MessageAdded(Execution(BLOCK, "ok", OUTPUTS, 0.1, "note")),
    Notice("news"),
    Retrying("busy", 4.0),
    ErrorRaised(KeyRejected("no", "set it")),
    TurnEnded("answered"),
]


def named(event) -> str:
    return f"{type(event).__name__}"


def test_every_kind_of_event_is_among_these():
    assert {type(event) for event in EVENTS} == set(get_args(Event))


@pytest.mark.parametrize("event", EVENTS, ids=named)
def test_an_event_is_json_and_reads_back_equal(event):
    record = as_record(event)
    assert json.loads(json.dumps(record)) == json.loads(json.dumps(record, default=str))
    assert json.dumps(record).isascii()


@pytest.mark.parametrize("event", EVENTS, ids=named)
def test_a_record_names_its_event_and_holds_its_fields(event):
    record = as_record(event)
    assert record["type"].replace("_", "") == type(event).__name__.lower()
    if not isinstance(event, ErrorRaised):
        assert set(record) == {"type", *(field.name for field in fields(event))}


@pytest.mark.parametrize("output", OUTPUTS)
def test_an_output_says_its_kind(output):
    assert as_record(OutputReceived(output))["output"]["kind"] == output.kind


def test_the_first_event_says_the_version_of_the_form():
    assert as_record(SessionStarted("m", "p", "f"))["schema"] == SCHEMA


def test_an_approval_shows_the_whole_block():
    assert as_record(EVENTS[6])["request"]["block"] == {"language": "python", "code": BLOCK.code}


@pytest.mark.parametrize("error", [KernelMissing("R", "install it"), ModelBusy("wait", "later", 3.0)])
def test_an_error_says_its_name_what_happened_and_what_to_do(error):
    record = as_record(ErrorRaised(error))
    assert record == {
        "type": "error_raised",
        "error": type(error).__name__,
        "message": str(error),
        "hint": error.hint,
    }
