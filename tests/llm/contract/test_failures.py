"""Failures: each an error of ours, in one line, with what to do, and without the key."""

import pytest

from interpreter.core.errors import (
    ContextTooLong,
    InterpreterError,
    KeyRejected,
    ModelBusy,
    ModelFailed,
    ModelFaltered,
    ModelUnreachable,
    UnknownModel,
)
from interpreter.core.ports import Delta, Finished
from tests.llm.contract.asking import ASKED, KEY, text_of
from tests.llm.contract.conftest import Line
from tests.scripted_server import Breaks, Cuts, Fails, Raw, Refuses, Says, Stalls

ROWS = [
    (Refuses(401, f"Incorrect API key provided: {KEY}."), KeyRejected, "rejected", 2),
    (Refuses(403, "Not allowed"), KeyRejected, "Not allowed", 2),
    (Refuses(404, "The model `xyz` does not exist", "model_not_found"), UnknownModel, "xyz", 2),
    (Refuses(429, "Slow down"), ModelBusy, "Slow down", 1),
    (Refuses(503, "Loading model"), ModelBusy, "Loading model", 1),
    (Refuses(529, "Overloaded"), ModelBusy, "Overloaded", 1),
    (
        Refuses(400, "This model's maximum context length is 10 tokens.", "context_length_exceeded"),
        ContextTooLong,
        "too long",
        1,
    ),
    (Refuses(402, "Insufficient credits"), ModelFailed, "credit", 1),
    (Refuses(500, "It broke"), ModelFaltered, "It broke", 1),
    (Fails(502, "<html>Bad Gateway</html>"), ModelFaltered, "502", 1),
    (Refuses(400, "Strange request"), ModelFailed, "Strange request", 1),
]


@pytest.mark.parametrize(("reply", "kind", "words", "code"), ROWS, ids=lambda each: str(getattr(each, "status", "")))
def test_an_error_of_the_provider_becomes_one_of_ours(
    line: Line, reply: Refuses | Fails, kind: type[InterpreterError], words: str, code: int
) -> None:
    with pytest.raises(InterpreterError) as raised:
        line.answered(reply)

    error = raised.value
    assert type(error) is kind
    assert words in str(error)
    assert error.exit_code == code
    assert_two_lines_without_the_key(error)
    assert error.__cause__ is not None


def assert_two_lines_without_the_key(error: InterpreterError) -> None:
    assert str(error).strip() and "\n" not in str(error)
    assert error.hint.strip() and "\n" not in error.hint
    assert KEY not in str(error) + error.hint
    assert "litellm" not in str(error)


def test_a_busy_provider_says_how_long_to_wait(line: Line) -> None:
    with pytest.raises(ModelBusy) as raised:
        line.answered(Refuses(429, "Slow down", headers={"Retry-After": "7"}))

    assert raised.value.wait == 7


def test_nothing_is_tried_again_behind_our_back(line: Line) -> None:
    for status in (429, 500, 529):
        with line.serve(Refuses(status, "Slow down"), Says("late")) as server, pytest.raises(ModelFailed):
            line.deltas(line.connect(server))

        assert len(server.requests) == 1


def test_a_request_that_is_no_good_is_not_sent_again_and_again(line: Line) -> None:
    with line.serve(Refuses(400, "Strange request")) as server, pytest.raises(ModelFailed):
        line.deltas(line.connect(server, temperature=0.5))

    assert len(server.requests) <= 2


def test_a_refused_connection_names_the_address(line: Line) -> None:
    with pytest.raises(ModelUnreachable) as raised:
        line.deltas(line.connect("http://127.0.0.1:9"))

    assert "127.0.0.1:9" in str(raised.value)
    assert_two_lines_without_the_key(raised.value)


def test_a_cut_stream_fails_after_the_text_that_came(line: Line) -> None:
    deltas: list[Delta] = []
    with line.serve(Cuts("Half an ans")) as server, pytest.raises(ModelFailed) as raised:
        for delta in line.connect(server).stream("", ASKED):
            deltas.append(delta)

    assert text_of(deltas) == "Half an ans"
    assert not [delta for delta in deltas if isinstance(delta, Finished)]
    assert_two_lines_without_the_key(raised.value)


def test_a_stream_that_ends_in_order_and_too_soon_was_cut(line: Line) -> None:
    with pytest.raises(ModelFailed) as raised:
        line.answered(Breaks("Half an ans"))

    assert_two_lines_without_the_key(raised.value)


def test_malformed_json_fails_after_the_text_that_came(line: Line) -> None:
    broken = b'{"mess\n' if line.wire.name == "ollama" else b'data: {"choi\n\n'
    deltas: list[Delta] = []
    with line.serve(Breaks("Half", broken)) as server, pytest.raises(ModelFailed) as raised:
        for delta in line.connect(server).stream("", ASKED):
            deltas.append(delta)

    assert text_of(deltas) == "Half"
    assert_two_lines_without_the_key(raised.value)


def test_an_error_inside_the_stream_is_an_error(line: Line) -> None:
    reports = {
        "openai": b'data: {"error": {"message": "The GPU is gone", "code": 500}}\n\ndata: [DONE]\n\n',
        "anthropic": b'event: error\ndata: {"type": "error", "error": '
        b'{"type": "overloaded_error", "message": "The GPU is gone"}}\n\n',
        "gemini": b'data: {"error": {"code": 500, "message": "The GPU is gone", "status": "INTERNAL"}}\n\n',
        "ollama": b'{"error": "The GPU is gone"}\n',
    }
    for script in (Breaks("Half", reports[line.wire.name]), Raw(reports[line.wire.name], line.wire.content_type)):
        with pytest.raises(ModelFailed, match="GPU") as raised:
            line.answered(script)
        assert_two_lines_without_the_key(raised.value)


def test_what_is_no_completion_is_a_failure(line: Line) -> None:
    with pytest.raises(ModelFailed) as raised:
        line.answered(Raw(b"<html>Welcome</html>", "text/html"))

    assert_two_lines_without_the_key(raised.value)


def test_after_a_failed_request_the_next_one_is_answered(line: Line) -> None:
    failures = (Cuts("Half"), Refuses(500, "no"), Breaks("Half"), Stalls("Well"))
    with line.serve(*failures, Says("Here I am")) as server:
        model = line.connect(server, gap_timeout=0.3)
        errors = []
        for _ in failures:
            with pytest.raises(ModelFailed) as raised:
                line.deltas(model)
            errors.append(raised.value)

        assert text_of(line.deltas(model)) == "Here I am"
