"""What every model adapter owes the agent, whoever answers."""

import gc
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from interpreter.core.cancel import CancelToken
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
from interpreter.core.messages import Image, Instruction
from interpreter.core.ports import (
    CodeDelta,
    Delta,
    Finished,
    Idle,
    ReasoningDelta,
    TextDelta,
    Usage,
    UsageDelta,
)
from interpreter.llm.litellm_model import LiteLLMModel
from interpreter.llm.openai_model import OpenAIModel
from tests.scripted_server import (
    Cuts,
    Fails,
    Hangs,
    OnlyPlain,
    Plain,
    Raw,
    Says,
    Script,
    ScriptedServer,
    Stalls,
    ToolCall,
)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:litellm")

Adapter: TypeAlias = OpenAIModel | LiteLLMModel
Connect: TypeAlias = Callable[..., Adapter]

ASKED = [Instruction("Say hello")]


@pytest.fixture
def cancel() -> CancelToken:
    return CancelToken()


@pytest.fixture(params=["openai", "litellm"])
def connect(request: pytest.FixtureRequest, cancel: CancelToken) -> Iterator[Connect]:
    adapter: Callable[..., Adapter] = {"openai": OpenAIModel, "litellm": LiteLLMModel}[request.param]
    if request.param == "litellm":
        adapter("openai/xyz", cancel=cancel).warm()
    opened: list[Adapter] = []

    def connect(server: ScriptedServer | str, **options: Any) -> Adapter:
        address = server if isinstance(server, str) else server.url
        defaults = {"api_key": "sk-secret-0123456789", "api_base": address, "cancel": cancel, "environ": {}}
        opened.append(adapter("openai/xyz", **{**defaults, **options}))
        return opened[-1]

    yield connect
    for model in opened:
        model.close()


def asked(model: Adapter) -> list[Delta]:
    return [delta for delta in model.stream("Be kind.", ASKED) if not isinstance(delta, Idle)]


def answered(connect: Connect, *script: Script, **options: Any) -> list[Delta]:
    with ScriptedServer(*script) as server:
        return asked(connect(server, **options))


def text_of(deltas: list[Delta]) -> str:
    return "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))


def test_text_arrives_whole_with_usage_and_an_end(connect: Connect) -> None:
    deltas = answered(connect, Says("Hello you", chunk=4, usage=(100, 7), cached=64))

    assert text_of(deltas) == "Hello you"
    assert deltas[-2:] == [UsageDelta(Usage(100, 7, 64)), Finished("stop")]


@pytest.mark.parametrize("size", range(1, 12))
def test_the_cut_of_the_stream_does_not_change_the_text(connect: Connect, size: int) -> None:
    text = "Sí:\n```python\nprint('🎈\u2028')\n```\n"

    assert text_of(answered(connect, Says(text, chunk=size))) == text


def test_the_server_gets_the_conversation_and_the_options(connect: Connect) -> None:
    with ScriptedServer(Says("ok")) as server:
        asked(connect(server, temperature=0.5, max_output_tokens=99))

    body = server.requests[0]
    assert body["model"] == "xyz"
    assert body["messages"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "Say hello"},
    ]
    assert (body["temperature"], body["max_tokens"], body["stream"]) == (0.5, 99, True)
    assert body["stream_options"] == {"include_usage": True}
    assert server.headers[0]["authorization"] == "Bearer sk-secret-0123456789"


def test_pictures_are_sent_to_models_that_see_and_named_to_others(connect: Connect) -> None:
    looked = [Instruction("Look", (Image("image/png", "iVBORw0KGgo="),))]
    with ScriptedServer(Says("ok")) as server:
        list(connect(server, sees_images=True).stream("", looked))
        list(connect(server, sees_images=False).stream("", looked))

    seen, named = (request["messages"][-1]["content"] for request in server.requests)
    assert seen[1]["image_url"]["url"] == "data:image/png;base64,iVBORw0KGgo="
    assert "image/png" in named


def test_reasoning_is_told_apart_from_the_answer(connect: Connect) -> None:
    deltas = answered(connect, Says("42", reasoning="6 times 7"))

    assert ReasoningDelta("6 times 7") in deltas
    assert text_of(deltas) == "42"


def test_a_reply_without_usage_is_read_whole(connect: Connect) -> None:
    # litellm counts the tokens itself where the provider does not say; the other adapter leaves it to the core
    deltas = answered(connect, Says("x" * 40, usage=None))

    assert text_of(deltas) == "x" * 40
    assert all(delta.usage.output_tokens > 0 for delta in deltas if isinstance(delta, UsageDelta))


@pytest.mark.parametrize(
    ("sent", "meant"),
    [("stop", "stop"), ("length", "length"), ("content_filter", "filter"), ("tool_calls", "stop")],
)
def test_the_reason_of_the_end_is_told(connect: Connect, sent: str, meant: str) -> None:
    assert answered(connect, Says("x", finish=sent))[-1] == Finished(meant)  # type: ignore[arg-type]


def test_a_server_that_answers_in_one_piece_is_understood(connect: Connect) -> None:
    deltas = answered(connect, Plain("Hello"))

    assert text_of(deltas) == "Hello"
    assert deltas[-2:] == [UsageDelta(Usage(10, 5)), Finished("stop")]


def call(code: str, **more: str) -> str:
    return json.dumps({"code": code, **more})


@pytest.mark.parametrize(
    ("name", "arguments", "language", "code"),
    [
        ("python", call("print(1)"), "python", "print(1)"),
        ("execute", call("print(1)\nprint(2)", language="python"), "python", "print(1)\nprint(2)"),
        ("run_code", call("ls", language="Bash"), "bash", "ls"),
        ("bash", json.dumps({"command": "ls -la"}), "bash", "ls -la"),
        ("functions.execute_python", call("1"), "python", "1"),
        ("whatever", call("print(3)"), "python", "print(3)"),
        ("python", "import os\nprint(os.name)", "python", "import os\nprint(os.name)"),
        ("python", '{"code": "a = 1\nprint(a)"}', "python", "a = 1\nprint(a)"),
    ],
)
def test_a_tool_call_that_is_code_arrives_as_code(
    connect: Connect, name: str, arguments: str, language: str, code: str
) -> None:
    deltas = answered(connect, ToolCall(name, arguments))

    assert [delta for delta in deltas if isinstance(delta, CodeDelta)] == [CodeDelta(language, code)]
    assert deltas[-1] == Finished("stop")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("get_weather", '{"city": "Bern"}'), ("python", '{"code": "pri'), ("python", ""), ("", "[1, 2]")],
)
def test_a_tool_call_that_is_no_code_is_described(connect: Connect, name: str, arguments: str) -> None:
    deltas = answered(connect, ToolCall(name, arguments))

    assert not [delta for delta in deltas if isinstance(delta, CodeDelta)]
    assert "tool" in text_of(deltas)


def test_a_tool_call_cut_by_the_length_limit_gives_no_code(connect: Connect) -> None:
    deltas = answered(connect, ToolCall("python", "print(1)", finish="length"))

    assert not [delta for delta in deltas if isinstance(delta, CodeDelta)]
    assert deltas[-1] == Finished("length")


def error(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": "some_error", **more}}


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Fails(401, error("Incorrect API key provided: sk-secret-0123456789.")), KeyRejected, "rejected"),
        (Fails(403, error("Not allowed")), KeyRejected, "Not allowed"),
        (Fails(404, error("The model `xyz` does not exist", code="model_not_found")), UnknownModel, "xyz"),
        (Fails(429, error("Slow down"), {"Retry-After": "7"}), ModelBusy, "Slow down"),
        (Fails(503, error("Loading model")), ModelBusy, "Loading model"),
        (Fails(529, error("Overloaded")), ModelBusy, "Overloaded"),
        (
            Fails(400, error("This model's maximum context length is 10 tokens.", code="context_length_exceeded")),
            ContextTooLong,
            "too long",
        ),
        (Fails(402, error("Insufficient credits")), ModelFailed, "credit"),
        (Fails(500, error("It broke")), ModelFaltered, "It broke"),
        (Fails(502, "<html>Bad Gateway</html>"), ModelFaltered, "502"),
        (Fails(400, error("Strange request")), ModelFailed, "Strange request"),
    ],
)
def test_an_error_of_the_provider_becomes_one_of_ours(
    connect: Connect, reply: Fails, kind: type[InterpreterError], words: str
) -> None:
    with pytest.raises(InterpreterError) as raised:
        answered(connect, reply)

    assert type(raised.value) is kind
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.hint
    assert "sk-secret" not in str(raised.value) + raised.value.hint
    assert raised.value.__cause__ is not None


def test_a_busy_provider_says_how_long_to_wait(connect: Connect) -> None:
    with pytest.raises(ModelBusy) as raised:
        answered(connect, Fails(429, error("Slow down"), {"Retry-After": "7"}))

    assert raised.value.wait == 7


def test_nothing_is_tried_again_behind_our_back(connect: Connect) -> None:
    with ScriptedServer(Fails(429, error("Slow down")), Says("late")) as server, pytest.raises(ModelBusy):
        asked(connect(server))

    assert len(server.requests) == 1


def test_a_refused_connection_names_the_address(connect: Connect) -> None:
    with pytest.raises(ModelUnreachable) as raised:
        asked(connect("http://127.0.0.1:9/v1"))

    assert "127.0.0.1:9" in str(raised.value)
    assert raised.value.hint


def test_a_cut_stream_fails_after_the_text_that_came(connect: Connect) -> None:
    deltas: list[Delta] = []
    with ScriptedServer(Cuts("Half an ans")) as server, pytest.raises(ModelFailed):
        for delta in connect(server).stream("", ASKED):
            deltas.append(delta)

    assert text_of(deltas) == "Half an ans"
    assert not [delta for delta in deltas if isinstance(delta, Finished)]


def test_empty_choices_and_null_deltas_are_passed_over(connect: Connect) -> None:
    body = (
        b": keep alive\n\n"
        b'data: {"id": "1", "choices": []}\n\n'
        b'data: {"id": "1", "choices": [{"index": 0, "delta": {"content": null, "tool_calls": null}}]}\n\n'
        b'data: {"id": "1", "choices": [{"index": 0, "delta": {"content": "ok"}}]}\n\n'
        b'data: {"id": "1", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n'
        b"data: [DONE]\n\n"
    )
    deltas = answered(connect, Raw(body))

    assert text_of(deltas) == "ok"
    assert deltas[-1] == Finished("stop")


def test_malformed_json_fails_after_the_text_that_came(connect: Connect) -> None:
    body = (
        b'data: {"id": "1", "choices": [{"index": 0, "delta": {"content": "ok"}}]}\n\ndata: {"choi\n\ndata: [DONE]\n\n'
    )

    with pytest.raises(ModelFailed) as raised:
        answered(connect, Raw(body))

    assert raised.value.hint


def test_an_error_inside_the_stream_is_an_error(connect: Connect) -> None:
    body = b'data: {"error": {"message": "The GPU is gone", "code": 500}}\n\ndata: [DONE]\n\n'

    with pytest.raises(ModelFailed, match="GPU"):
        answered(connect, Raw(body))


@pytest.mark.parametrize(("script", "limits"), [(Hangs(), (0.3, 60.0)), (Stalls("Well"), (60.0, 0.3))])
def test_a_silent_server_fails_at_the_limit(connect: Connect, script: Script, limits: tuple[float, float]) -> None:
    with pytest.raises(ModelFailed, match=r"0\.3 seconds") as raised:
        answered(connect, script, first_token_timeout=limits[0], gap_timeout=limits[1])

    assert raised.value.hint


@pytest.mark.parametrize("script", [Hangs(), Stalls("Well")])
def test_cancelling_ends_a_silent_request_at_once(connect: Connect, cancel: CancelToken, script: Script) -> None:
    with ScriptedServer(script) as server:
        threading.Thread(target=lambda: server.wait_for(requests=1) and cancel.cancel()).start()
        deltas = asked(connect(server))

        assert not [delta for delta in deltas if isinstance(delta, Finished)]
        assert server.wait_for(disconnects=1, timeout=5)
    assert_no_thread_is_left()


def test_silence_is_reported_while_it_lasts(connect: Connect) -> None:
    with ScriptedServer(Stalls("Well")) as server, closing(connect(server).stream("", ASKED)) as deltas:
        seen = [next(deltas) for _ in range(8)]

    assert TextDelta("Well") in seen
    assert seen.count(Idle()) >= 5


def test_closing_early_ends_the_request(connect: Connect) -> None:
    with ScriptedServer(Stalls("Well")) as server:
        with closing(connect(server).stream("", ASKED)) as deltas:
            assert TextDelta("Well") in (delta for delta in deltas)

        assert server.wait_for(disconnects=1, timeout=5)
    assert_no_thread_is_left()


def test_after_a_cancelled_request_the_next_one_is_answered(connect: Connect, cancel: CancelToken) -> None:
    with ScriptedServer(Hangs(), Says("Here I am")) as server:
        model = connect(server)
        threading.Thread(target=lambda: server.wait_for(requests=1) and cancel.cancel()).start()
        asked(model)
        cancel.clear()

        assert text_of(asked(model)) == "Here I am"


def test_on_loopback_each_reply_has_a_connection_of_its_own(cancel: CancelToken) -> None:
    with ScriptedServer(Says("one")) as server:
        model = OpenAIModel("xyz", api_key=None, api_base=server.url, cancel=cancel)
        for _ in range(3):
            asked(model)

        assert server.connections == 3
    assert_no_thread_is_left()


def test_after_a_failed_request_the_next_one_is_answered(connect: Connect) -> None:
    failures = (Cuts("Half"), Fails(500, "no"), Raw(b"data: {oops\n\n"), Stalls("Well"))
    with ScriptedServer(*failures, Says("Here I am")) as server:
        model = connect(server, gap_timeout=0.3)
        errors = []
        for _ in failures:
            with pytest.raises(ModelFailed) as raised:
                asked(model)
            errors.append(raised.value)

        assert text_of(asked(model)) == "Here I am"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors in /proc")
def test_cancelled_and_failed_requests_leave_no_descriptor_open(connect: Connect, cancel: CancelToken) -> None:
    def round_of_failures() -> None:
        with ScriptedServer(Cuts("Half"), Fails(500, "no"), Stalls("Well")) as server:
            model = connect(server)
            for _ in range(2):
                with pytest.raises(ModelFailed):
                    asked(model)
            with closing(model.stream("", ASKED)) as deltas:
                assert TextDelta("Well") in (delta for delta in deltas)
            model.close()
            assert server.wait_for(disconnects=1)
        assert_no_thread_is_left()

    def descriptors() -> int:
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir()))

    round_of_failures()
    before = descriptors()
    for _ in range(5):
        round_of_failures()

    deadline = time.monotonic() + 5
    while descriptors() > before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert descriptors() <= before


def assert_no_thread_is_left() -> None:
    deadline = time.monotonic() + 5
    while names := [thread.name for thread in threading.enumerate() if thread.name == "model-stream"]:
        assert time.monotonic() < deadline, names
        time.sleep(0.01)


def test_a_server_that_refuses_to_stream_is_asked_again_without(cancel: CancelToken) -> None:
    with ScriptedServer(OnlyPlain("Hello")) as server:
        model = OpenAIModel("xyz", api_key=None, api_base=server.url, cancel=cancel)

        assert text_of(asked(model)) == "Hello"
        assert text_of(asked(model)) == "Hello"
    assert server.requests[-1]["stream"] is False
    assert len(server.requests) <= 4
