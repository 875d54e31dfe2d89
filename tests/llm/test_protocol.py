"""The OpenAI protocol, well and badly spoken."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import InterpreterError, ModelFailed, UnknownModel
from interpreter.core.messages import Instruction
from interpreter.core.ports import CodeDelta, Finished, TextDelta
from interpreter.llm.openai_model import OpenAIModel
from interpreter.llm.reading import Reading
from interpreter.llm.sse import DONE, chunks, lines_of
from interpreter.llm.toolcalls import ToolCall, understood
from tests.scripted_server import Fails, Plain, Raw, Says, Script, ScriptedServer

ASKED = [Instruction("Say hello")]


def model_at(server: ScriptedServer, name: str = "xyz", **options: float) -> OpenAIModel:
    return OpenAIModel(name, api_key=None, api_base=server.url, cancel=CancelToken(), environ={}, **options)  # type: ignore[arg-type]


def text_from(model: OpenAIModel) -> str:
    return "".join(delta.text for delta in model.stream("", ASKED) if isinstance(delta, TextDelta))


@given(st.lists(st.binary(max_size=12)))
def test_lines_do_not_depend_on_how_the_bytes_come(pieces: list[bytes]) -> None:
    assert list(lines_of(pieces)) == list(lines_of([b"".join(pieces)]))


@given(
    st.lists(st.dictionaries(st.text(), st.text(), min_size=1)),
    st.integers(1, 9),
    st.sampled_from(["\n\n", "\r\n\r\n", "\n"]),
)
def test_events_are_read_at_any_cut_and_with_any_line_end(objects: list[dict[str, str]], size: int, end: str) -> None:
    body = "".join(f"data: {json.dumps(one, ensure_ascii=False)}{end}" for one in objects).encode("utf-8", "replace")
    expected = [json.loads(json.dumps(one).encode().decode()) for one in objects]
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    if any(
        0xD800 <= ord(letter) <= 0xDFFF for one in objects for pair in one.items() for text in pair for letter in text
    ):
        return

    assert list(chunks(pieces)) == expected


def test_an_object_over_several_data_lines_is_one() -> None:
    assert list(chunks([b'data: {"a":\ndata: 1}\n\ndata: [DONE]\n\n'])) == [{"a": 1}, DONE]


@pytest.mark.parametrize("body", [b"<html>Not here</html>", b"data: {oops\n\n", b"[1]", b"data: 7\n\n"])
def test_what_is_no_completion_is_a_failure_with_a_hint(body: bytes) -> None:
    with ScriptedServer(Raw(body)) as server, pytest.raises(ModelFailed) as raised:
        text_from(model_at(server))

    assert "/v1" in raised.value.hint


def test_a_stream_without_finish_reason_is_whole_when_it_says_done() -> None:
    with ScriptedServer(Says("Hello", finish=None)) as server:
        assert list(model_at(server).stream("", ASKED))[-1] == Finished("stop")


def test_a_stream_without_done_is_whole_when_it_gives_a_reason() -> None:
    with ScriptedServer(Says("Hello", ends=False)) as server:
        assert list(model_at(server).stream("", ASKED))[-1] == Finished("stop")


def test_a_stream_without_either_was_cut() -> None:
    with ScriptedServer(Says("Hello", finish=None, ends=False)) as server, pytest.raises(ModelFailed):
        text_from(model_at(server))


def test_an_empty_body_was_cut() -> None:
    with ScriptedServer(Raw(b"")) as server, pytest.raises(ModelFailed):
        text_from(model_at(server))


def test_tool_calls_of_an_answer_in_one_piece_are_code() -> None:
    calls = [{"id": "1", "function": {"name": "python", "arguments": {"code": "1+1"}}}]
    with ScriptedServer(Plain("", finish="tool_calls", extra={"tool_calls": calls, "content": None})) as server:
        assert CodeDelta("python", "1+1") in model_at(server).stream("", ASKED)


def test_a_refusal_is_text_and_ends_as_filtered() -> None:
    with ScriptedServer(Plain("", extra={"refusal": "I will not."})) as server:
        deltas = list(model_at(server).stream("", ASKED))

    assert TextDelta("I will not.") in deltas
    assert deltas[-1] == Finished("filter")


def test_content_in_parts_and_old_function_calls_are_read() -> None:
    parts = {"choices": [{"delta": {"content": [{"type": "text", "text": "a"}, {"type": "x"}]}}]}
    called = {"choices": [{"delta": {"function_call": {"name": "python", "arguments": "print(1)"}}}]}

    deltas = list(Reading().deltas([parts, called, DONE]))

    assert deltas == [
        TextDelta("a"),
        CodeDelta("python", "print(1)"),
        Finished("stop"),
    ]


@given(
    st.text(max_size=15), st.text(max_size=40) | st.sampled_from(["{}", "null", '{"code": 3}', '"x"', '{"code": " "}'])
)
def test_no_tool_call_can_break_the_reading(name: str, arguments: str) -> None:
    assert isinstance(understood([ToolCall(name, arguments)]), TextDelta | CodeDelta)


def test_the_first_call_that_is_code_is_taken() -> None:
    calls = [ToolCall("search", "{}"), ToolCall("python", '{"code": "1"}'), ToolCall("python", '{"code": "2"}')]

    assert understood(calls) == CodeDelta("python", "1")


class Picky(ScriptedServer):
    """A server that answers 400 to requests which hold what it does not know."""

    def __init__(self, *unknown: str, words: str = "Unsupported parameter: '{}'.{}", instead: str = "") -> None:
        super().__init__()
        self.unknown, self.words, self.instead = unknown, words, instead

    def next_reply(self, body: dict[str, object], headers: dict[str, str]) -> Script:
        super().next_reply(body, headers)
        for name in self.unknown:
            if name in body:
                return Fails(400, {"error": {"message": self.words.format(name, self.instead)}})
        return Says("Hello")


@pytest.mark.parametrize(
    "server",
    [
        Picky("stream_options"),
        Picky("stream_options", words="Bad Request"),
        Picky("temperature"),
        Picky("max_tokens", instead=" Use 'max_completion_tokens' instead."),
        Picky("stream_options", "temperature"),
    ],
    ids=lambda server: "+".join(server.unknown),
)
def test_a_server_is_asked_again_without_what_it_rejects_and_only_once(server: Picky) -> None:
    with server:
        model = model_at(server, temperature=0.5, max_output_tokens=9)

        assert text_from(model) == "Hello"
        tries = len(server.requests)
        assert text_from(model) == "Hello"

    assert tries == len(server.unknown) + 1
    assert len(server.requests) == tries + 1


def test_a_value_that_is_wrong_is_not_dropped_in_silence() -> None:
    reply = Fails(400, {"error": {"message": "temperature must be between 0 and 2"}})
    with ScriptedServer(reply) as server, pytest.raises(ModelFailed, match="between 0 and 2"):
        text_from(model_at(server, temperature=9))

    assert all(request["temperature"] == 9 for request in server.requests)


def test_a_server_that_rejects_everything_is_asked_a_few_times_at_most() -> None:
    words = "no stream_options, temperature, max_tokens or max_completion_tokens, no stream"
    with ScriptedServer(Fails(400, words)) as server, pytest.raises(InterpreterError):
        text_from(model_at(server, temperature=1, max_output_tokens=5))

    assert len(server.requests) <= 6


def test_a_name_with_a_slash_is_tried_without_and_with_its_prefix() -> None:
    class Knows(ScriptedServer):
        def next_reply(self, body: dict[str, object], headers: dict[str, str]) -> Script:
            super().next_reply(body, headers)
            return Says("Hello") if body["model"] == "openai/gpt-oss" else Fails(404, "no such model")

    with Knows() as server:
        model = model_at(server, "openai/gpt-oss")
        assert text_from(model) == "Hello"
        assert text_from(model) == "Hello"
    assert [request["model"] for request in server.requests] == ["gpt-oss", "openai/gpt-oss", "openai/gpt-oss"]


def test_an_unknown_model_is_asked_for_once() -> None:
    with ScriptedServer(Fails(404, "no such model")) as server, pytest.raises(UnknownModel):
        text_from(model_at(server))

    assert len(server.requests) == 1


def test_a_stranger_gets_neither_key_nor_account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "secret")
    with ScriptedServer(Says("Hello")) as server:
        text_from(OpenAIModel("xyz", api_key=None, api_base=server.url, cancel=CancelToken()))

    assert "secret" not in str(server.headers)


def test_a_long_reply_is_read_in_time_that_grows_with_it() -> None:
    def pieces() -> Iterator[bytes]:
        line = json.dumps({"choices": [{"delta": {"content": "x" * 10_000_000}}]}).encode()
        body = b"data: " + line + b"\n\ndata: [DONE]\n\n"
        yield from (body[at : at + 4096] for at in range(0, len(body), 4096))

    [text, *_] = Reading().deltas(chunks(pieces()))

    assert isinstance(text, TextDelta)
    assert len(text.text) == 10_000_000


def test_empty_choices_and_null_deltas_are_passed_over() -> None:
    body = (
        b": keep alive\n\n"
        b'data: {"id": "1", "choices": []}\n\n'
        b'data: {"id": "1", "choices": [{"index": 0, "delta": {"content": null, "tool_calls": null}}]}\n\n'
        b'data: {"id": "1", "choices": [{"index": 0, "delta": {"content": "ok"}}]}\n\n'
        b'data: {"id": "1", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n'
        b"data: [DONE]\n\n"
    )
    with ScriptedServer(Raw(body)) as server:
        assert list(model_at(server).stream("", ASKED)) == [TextDelta("ok"), Finished("stop")]


def test_on_loopback_each_reply_has_a_connection_of_its_own() -> None:
    with ScriptedServer(Says("one")) as server:
        model = model_at(server)
        for _ in range(3):
            text_from(model)

    assert server.connections == 3


def test_a_wish_for_single_calls_that_is_rejected_is_dropped_and_the_tool_is_kept() -> None:
    with Picky("parallel_tool_calls") as server:
        model = OpenAIModel(
            "xyz", api_key=None, api_base=server.url, cancel=CancelToken(), environ={}, tool_calling=True
        )
        assert text_from(model) == "Hello"

    assert [("tools" in body, "parallel_tool_calls" in body) for body in server.requests] == [
        (True, True),
        (True, False),
    ]
