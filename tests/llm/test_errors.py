"""Foreign errors at the border."""

import httpx
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
from interpreter.core.messages import Instruction
from interpreter.llm.errors import Endpoint, in_words, translated
from interpreter.llm.foreign import ServerReport, boiled_down, first_line
from interpreter.llm.litellm_model import LiteLLMModel
from interpreter.llm.openai_model import OpenAIModel

HERE = Endpoint("some/model", "http://localhost:11434", "SOME_API_KEY", "hunter2-hunter2", 30.0)


class Told(Exception):
    """An exception of some library, with a status."""

    def __init__(self, status_code: int | None, message: str) -> None:
        super().__init__(message)
        self.status_code = status_code


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Told(500, "litellm.APIConnectionError: Missing Gemini API key. Set the GEMINI_API_KEY\nTrace"), KeyRejected),
        (Told(400, "API key not valid. Please pass a valid API key."), KeyRejected),
        (
            Told(500, "litellm.InternalServerError: AnthropicException - [Errno 111] Connection refused"),
            ModelUnreachable,
        ),
        (Told(500, "OpenAIException - Connection error."), ModelUnreachable),
        (httpx.ConnectTimeout("timed out"), ModelUnreachable),
        (httpx.ReadTimeout("timed out"), ModelFailed),
        (httpx.RemoteProtocolError("peer closed connection"), ModelFaltered),
        (Told(400, "litellm.BadRequestError: LLM Provider NOT provided. You passed model=foo"), UnknownModel),
        (Told(404, "model 'x' not found, try pulling it first"), UnknownModel),
        (Told(400, "gpt-9 is not a valid model ID"), UnknownModel),
        (Told(400, "the request exceeds the available context size (512 tokens)"), ContextTooLong),
        (Told(400, "prompt is too long: 210000 tokens > 200000 maximum"), ContextTooLong),
        (Told(429, "Request too large: tokens per minute"), ModelBusy),
        (ServerReport({"message": "Overloaded", "code": 529}), ModelBusy),
        (ServerReport("out of memory"), ModelFailed),
        (Told(None, ""), ModelFailed),
        (RuntimeError(), ModelFailed),
    ],
)
def test_each_error_has_its_meaning_a_line_and_a_hint(error: Exception, kind: type[InterpreterError]) -> None:
    meaning = translated(error, HERE)

    assert type(meaning) is kind
    assert str(meaning)
    assert "\n" not in str(meaning)
    assert meaning.hint


def test_our_own_errors_pass_unchanged() -> None:
    error = ModelFailed("as it is")

    assert translated(error, HERE) is error


def test_the_cure_names_the_variable_and_the_server_to_start() -> None:
    assert "SOME_API_KEY" in translated(Told(401, "no"), HERE).hint
    assert "ollama serve" in translated(httpx.ConnectError("refused"), HERE).hint
    assert "ollama pull model" in translated(Told(404, "no"), HERE).hint


def test_a_name_that_nobody_knows_gets_names_that_are_like_it() -> None:
    endpoint = Endpoint("claude-sonet-4-5")

    assert "claude-sonnet-4-5" in translated(Told(400, "LLM Provider NOT provided"), endpoint).hint


@pytest.mark.parametrize("key", ["sk-proj-abcdefghij", "gsk_abcdefghijkl", "AIzaSyabcdefghijklmn", "hunter2-hunter2"])
def test_no_key_is_repeated(key: str) -> None:
    assert key not in first_line(f"wrong key {key}!", HERE.key)
    assert key not in str(translated(Told(401, f"wrong key {key}!"), HERE))


def test_long_and_empty_words_become_one_line() -> None:
    assert len(first_line("x" * 9999)) == 300
    assert first_line("\n\n second \n third") == "second"


@pytest.mark.parametrize(
    ("header", "wait"),
    [("7", 7.0), ("1.5", 1.5), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", None), ("-3", 0.0)],
)
def test_the_wait_is_read_from_seconds_or_a_date(header: str, wait: float | None) -> None:
    error = Told(429, "busy")
    error.response = httpx.Response(429, headers={"Retry-After": header})  # type: ignore[attr-defined]

    assert boiled_down(error, None).wait == wait


@pytest.mark.parametrize(
    ("line", "window"),
    [
        ("This model's maximum context length is 8192 tokens. However, you requested 9000 tokens", 8192),
        ("prompt is too long: 210000 tokens > 200000 maximum", 200_000),
        ("request (8321 tokens) exceeds the available context size (8192 tokens), try increasing it", 8192),
        ("The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", 1_048_576),
        ("Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 300000", 272_000),
        ("input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease", 200_000),
        ("maximum context length of 32,768 tokens. You requested a total of 40000 tokens", 32_768),
        ("the request exceeds the available context size. try increasing the context size", None),
    ],
)
def test_the_size_of_the_context_is_learnt_from_the_complaint(line: str, window: int | None) -> None:
    meaning = translated(Told(400, line), HERE)

    assert isinstance(meaning, ContextTooLong) and meaning.window == window


def test_a_long_wait_is_told_in_words() -> None:
    assert [in_words(seconds) for seconds in (30, 300, 10_800)] == ["30 seconds", "5 minutes", "3 hours"]


@pytest.mark.parametrize("model", ["gpt-5-mini", "claude-sonnet-4-5", "groq/x"])
def test_a_missing_key_is_told_before_anything_is_imported_or_sent(model: str) -> None:
    adapter = OpenAIModel if model.startswith("gpt") else LiteLLMModel

    with pytest.raises(KeyRejected) as raised:
        list(adapter(model, api_key=None, cancel=CancelToken(), environ={}).stream("", [Instruction("hi")]))

    assert "_API_KEY" in raised.value.hint


def test_a_bare_name_that_is_in_no_list_is_unknown_at_once() -> None:
    with pytest.raises(UnknownModel) as raised:
        list(LiteLLMModel("qwen9-codr", cancel=CancelToken(), environ={}).stream("", [Instruction("hi")]))

    assert "provider" in raised.value.hint
