"""The same contract on the real thing: the embedded model, as far as its replies need not be written in advance."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import ContextTooLong, ModelFailed
from interpreter.core.messages import CodeBlock, Execution, Instruction, Message, Reply, Text
from interpreter.core.ports import Finished, Idle, ReasoningDelta, TextDelta, UsageDelta
from interpreter.llm.embedded import EmbeddedModel
from interpreter.llm.local_model import local_model
from tests.llm.contract.asking import text_of

HELLO: list[Message] = [Instruction("Say hello in one word, without code.")]
LONG: list[Message] = [Instruction("Count from 1 to 500 in words, without code.")]
BLOCK = CodeBlock("python", "print(6 * 7)")
HISTORY: list[Message] = [
    Instruction("What is 6 * 7?"),
    Reply(BLOCK.fenced, BLOCK),
    Execution(BLOCK, "ok", (Text("42\n"),)),
    Reply("It is 42."),
    Instruction("An instruction whose turn was broken off"),
    Instruction("Say only: done"),
]


@pytest.fixture(scope="module")
def token() -> CancelToken:
    return CancelToken()


@pytest.fixture(scope="module")
def model(token: CancelToken, weights_file: Path, state_folder: Path) -> Iterator[EmbeddedModel]:
    model = local_model(
        "embedded",
        weights_file,
        cancel=token,
        context=2048,
        max_output_tokens=24,
        temperature=0,
        first_token_timeout=60.0,
        gap_timeout=60.0,
        state_folder=state_folder,
        log_file=None,
    )
    yield model
    model.close()


def deltas(model: EmbeddedModel, messages: list[Message]) -> list[object]:
    return [delta for delta in model.stream("Be brief.", messages) if not isinstance(delta, Idle)]


def test_text_arrives_whole_with_usage_and_an_end(model: EmbeddedModel) -> None:
    said = deltas(model, HELLO)

    assert text_of(said).strip()  # type: ignore[arg-type]
    assert isinstance(said[-2], UsageDelta) and said[-2].usage.input_tokens > 0 and not said[-2].usage.estimated
    assert isinstance(said[-1], Finished)
    assert not [delta for delta in said if isinstance(delta, ReasoningDelta)]


def test_a_reply_that_meets_the_limit_says_so(model: EmbeddedModel) -> None:
    assert deltas(model, LONG)[-1] == Finished("length")


def test_the_second_request_is_answered_and_its_beginning_comes_from_the_cache(model: EmbeddedModel) -> None:
    deltas(model, HELLO)
    [usage] = [delta.usage for delta in deltas(model, HELLO) if isinstance(delta, UsageDelta)]

    assert usage.cached_tokens > 0


def test_a_history_with_executions_is_taken(model: EmbeddedModel) -> None:
    assert isinstance(deltas(model, HISTORY)[-1], Finished)


def test_unicode_in_and_out_is_whole(model: EmbeddedModel) -> None:
    said = text_of(deltas(model, [Instruction("Repeat exactly, nothing else: 你好 🎈 é")]))  # type: ignore[arg-type]

    assert "\ufffd" not in said
    json.dumps(said, ensure_ascii=False).encode()


def test_too_long_a_conversation_is_told_as_that(model: EmbeddedModel) -> None:
    with pytest.raises(ContextTooLong) as raised:
        deltas(model, [Instruction("word " * 4_000)])

    assert "\n" not in str(raised.value) and raised.value.hint


def test_silence_is_reported_while_it_reads(model: EmbeddedModel) -> None:
    with closing(model.stream("", [Instruction("Read this. " * 150)])) as reply:
        assert isinstance(next(reply), Idle | TextDelta)


def test_closing_early_ends_the_request_and_the_next_one_is_answered(model: EmbeddedModel) -> None:
    with closing(model.stream("", LONG)) as reply:
        assert any(isinstance(delta, TextDelta) for delta in reply)
    began = time.monotonic()

    assert isinstance(deltas(model, HELLO)[-1], Finished)
    assert time.monotonic() - began < 120


def test_cancelling_from_another_thread_ends_it(model: EmbeddedModel, token: CancelToken) -> None:
    threading.Timer(0.3, token.cancel).start()
    said = deltas(model, [Instruction("Read this. " * 150)])
    token.clear()

    assert not [delta for delta in said if isinstance(delta, Finished)]
    assert isinstance(deltas(model, HELLO)[-1], Finished)


def test_the_tool_is_taken_and_whatever_comes_is_a_reply(
    token: CancelToken, weights_file: Path, state_folder: Path
) -> None:
    model = local_model(
        "embedded",
        weights_file,
        cancel=token,
        context=2048,
        max_output_tokens=48,
        temperature=0,
        first_token_timeout=60.0,
        gap_timeout=60.0,
        tool_calling=True,
        state_folder=state_folder,
        log_file=None,
    )
    with closing(model):
        try:
            said = deltas(model, [Instruction("What is 6 * 7? Use Python.")])
        except ModelFailed as error:
            pytest.fail(f"{error} {error.__cause__}")

    assert isinstance(said[-1], Finished)
