"""Replies: the same deltas, whoever answers and however."""

import pytest

from interpreter.core.ports import Finished, Usage, UsageDelta
from tests.llm.contract.asking import reasoning_of, text_of
from tests.llm.contract.conftest import Line
from tests.scripted_server import Breaks, Plain, Says

CODE = "Sí:\n```python\nprint('🎈\u2028 <b>&amp;')\n```\n"


def test_text_arrives_whole_with_usage_and_an_end(line: Line) -> None:
    deltas = line.answered(Says("Hello you", chunk=4, usage=(100, 7)))

    assert text_of(deltas) == "Hello you"
    assert deltas[-2:] == [UsageDelta(Usage(100, 7)), Finished("stop")]


def test_tokens_that_came_from_the_providers_cache_are_told(line: Line) -> None:
    deltas = line.answered(Says("Hello", usage=(100, 7), cached=64))

    # Ollama keeps a cache, and does not say what came from it
    assert UsageDelta(Usage(100, 7, 0 if line.wire.name == "ollama" else 64)) in deltas


@pytest.mark.parametrize("size", [1, 2, 3, 7, None])
def test_the_cut_of_the_stream_does_not_change_the_text(line: Line, size: int | None) -> None:
    assert text_of(line.answered(Says(CODE, chunk=size))) == CODE


def test_blanks_and_empty_lines_at_both_ends_are_kept(line: Line) -> None:
    text = "\n  a\n\n\nb  \n"

    assert text_of(line.answered(Says(text, chunk=1))) == text


def test_a_long_reply_is_whole(line: Line) -> None:
    text = "All work and no play. " * 2_000

    assert text_of(line.answered(Says(text, chunk=400))) == text


def test_reasoning_is_told_apart_from_the_answer(line: Line) -> None:
    deltas = line.answered(Says("42", reasoning="6 times 7"))

    assert (reasoning_of(deltas), text_of(deltas)) == ("6 times 7", "42")


def test_a_reply_without_usage_is_read_whole(line: Line) -> None:
    # litellm counts the tokens itself where the provider does not say; the other adapter leaves it to the core
    deltas = line.answered(Says("x" * 40, usage=None))

    assert text_of(deltas) == "x" * 40
    assert deltas[-1] == Finished("stop")


@pytest.mark.parametrize(("sent", "meant"), [("stop", "stop"), ("length", "length"), ("content_filter", "filter")])
def test_the_reason_of_the_end_is_told(line: Line, sent: str, meant: str) -> None:
    if (line.wire.name, sent) == ("ollama", "content_filter"):
        pytest.skip("nothing is filtered on one's own machine")
    assert line.answered(Says("x", finish=sent))[-1] == Finished(meant)  # type: ignore[arg-type]


def test_an_empty_reply_is_one(line: Line) -> None:
    deltas = line.answered(Says(""))

    assert text_of(deltas) == ""
    assert deltas[-1] == Finished("stop")


def test_a_server_that_answers_in_one_piece_is_understood(line: Line) -> None:
    if line.wire.name != "openai":
        pytest.skip("only among those who copied OpenAI are there servers that cannot stream")
    deltas = line.answered(Plain("Hello"))

    assert text_of(deltas) == "Hello"
    assert deltas[-2:] == [UsageDelta(Usage(10, 5)), Finished("stop")]


def test_a_stream_may_hold_lines_that_say_nothing(line: Line) -> None:
    if line.wire.name not in ("openai", "ollama"):
        pytest.skip("Anthropic's own empty event is in every script; Gemini sends none, and litellm takes none")
    extra = b"\n" if line.wire.name == "ollama" else b": keep alive\n\n"
    whole = b"".join(line.wire.said(Says("lo"), {}))

    assert text_of(line.answered(Breaks("Hel", extra + whole))) == "Hello"
