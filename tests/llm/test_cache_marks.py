"""What Anthropic is asked to keep, as it arrives on the wire, and what it says it cost."""

import json
from typing import Any

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.messages import CodeBlock, Execution, Image, Instruction, Message, Reply, Text
from interpreter.core.ports import Finished, TextDelta, Usage, UsageDelta
from interpreter.llm.litellm_model import LiteLLMModel
from tests.scripted_server import Raw, ScriptedServer

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:litellm")

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
BLOCK = CodeBlock("python", "print(1)")
STEPS: list[Message] = [
    message
    for n in range(3)
    for message in (Reply(f"Step {n}.\n\n{BLOCK.fenced}", BLOCK), Execution(BLOCK, "ok", (Text(f"{n}\n"),)))
]


def events(*told: dict[str, Any]) -> bytes:
    return b"".join(b"event: %b\ndata: %b\n\n" % (each["type"].encode(), json.dumps(each).encode()) for each in told)


ANSWER = events(
    {
        "type": "message_start",
        "message": {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "claude-sonnet-4-5",
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {
                "input_tokens": 50,
                "cache_creation_input_tokens": 300,
                "cache_read_input_tokens": 2_000,
                "output_tokens": 1,
            },
        },
    },
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Fine."}},
    {"type": "content_block_stop", "index": 0},
    {
        "type": "message_delta",
        "delta": {"stop_reason": "end_turn", "stop_sequence": None},
        "usage": {
            "input_tokens": 50,
            "cache_creation_input_tokens": 300,
            "cache_read_input_tokens": 2_000,
            "output_tokens": 7,
        },
    },
    {"type": "message_stop"},
)


def asked(name: str, messages: list[Message]) -> tuple[dict[str, Any], list[Any]]:
    with ScriptedServer(Raw(ANSWER)) as server:
        base = server.url.removesuffix("/v1")
        model = LiteLLMModel(name, api_key="sk-ant-0123456789", api_base=base, cancel=CancelToken(), environ={})
        deltas = list(model.stream("Be brief.", messages))
        model.close()
    return server.requests[0], deltas


def marks(body: dict[str, Any]) -> list[tuple[str, int]]:
    """Where marks stand: in which list, at which message."""
    found = [("system", 0) for part in body["system"] if "cache_control" in part]
    for place, message in enumerate(body["messages"]):
        found += [("messages", place) for part in message["content"] if "cache_control" in part]
    return found


@pytest.mark.parametrize("name", ["anthropic/claude-sonnet-4-5", "claude-sonnet-4-5"])
def test_the_system_prompt_and_the_users_last_two_messages_are_marked(name: str) -> None:
    body, _ = asked(name, [Instruction("Count."), *STEPS])

    assert [message["role"] for message in body["messages"]] == ["user", "assistant"] * 3 + ["user"]
    assert marks(body) == [("system", 0), ("messages", 4), ("messages", 6)]


def test_the_first_request_has_its_marks_too_and_a_picture_can_bear_one() -> None:
    body, _ = asked("anthropic/claude-sonnet-4-5", [Instruction("Look.", (Image("image/png", PIXEL),))])

    assert marks(body) == [("system", 0), ("messages", 0)]
    assert body["messages"][0]["content"][-1]["type"] == "image"


def test_tokens_read_from_and_written_into_the_cache_are_told() -> None:
    _, deltas = asked("anthropic/claude-sonnet-4-5", [Instruction("Count.")])

    usages = [delta.usage for delta in deltas if isinstance(delta, UsageDelta)]
    assert usages == [Usage(2_350, 7, cached_tokens=2_000, kept_tokens=300)]
    assert TextDelta("Fine.") in deltas and deltas[-1] == Finished("stop")
