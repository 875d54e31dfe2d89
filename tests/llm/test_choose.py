"""Names of models and keys."""

import subprocess
import sys

import pytest

from interpreter.llm.catalog import facts_of
from interpreter.llm.choose import OPENAI_BASE, Choice, choose, found_key, is_openai, key_variables
from interpreter.llm.providers import PROVIDERS


@pytest.mark.parametrize("name", ["gpt-5-mini", "gpt-4o", "o3", "o4-mini", "chatgpt-4o-latest", "openai/gpt-4.1"])
def test_openais_own_names_mean_openai(name: str) -> None:
    assert choose(name) == Choice("openai", name, OPENAI_BASE, ("OPENAI_API_KEY",))
    assert is_openai(name)


@pytest.mark.parametrize(
    "name", ["anthropic/claude-sonnet-4-5", "claude-sonnet-4-5", "ollama/qwen3-coder", "gemini/x", "gpt-oss-20b", "xx"]
)
def test_other_names_mean_litellm(name: str) -> None:
    assert choose(name).adapter == "litellm"
    assert choose(name).api_base is None


def test_an_address_means_its_server_and_no_key_goes_to_a_stranger() -> None:
    choice = choose("anything", "http://127.0.0.1:8080/v1")

    assert choice.adapter == "openai"
    assert choice.key({"OPENAI_API_KEY": "sk-1"}) is None


def test_the_address_of_a_known_provider_gets_that_providers_key() -> None:
    choice = choose("x", "https://api.groq.com/openai/v1")

    assert choice.key({"OPENAI_API_KEY": "sk-1", "GROQ_API_KEY": "gsk-1"}) == "gsk-1"


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, None),
        ({"OPENAI_API_KEY": "sk"}, ("openai", "gpt-5-mini")),
        ({"ANTHROPIC_API_KEY": "sk"}, ("anthropic", "anthropic/claude-sonnet-5-5")),
        ({"GOOGLE_API_KEY": "x", "OPENAI_API_KEY": " "}, ("gemini", "gemini/gemini-2.5-flash")),
        ({"XAI_API_KEY": "x", "OPENAI_API_KEY": "sk"}, ("openai", "gpt-5-mini")),
        ({"PATH": "/bin"}, None),
    ],
)
def test_the_first_provider_with_a_key_is_taken(environ: dict[str, str], found: tuple[str, str] | None) -> None:
    assert found_key(environ) == found


def test_each_default_model_is_in_the_catalog_and_leads_to_its_provider() -> None:
    for provider in PROVIDERS:
        if provider.default and provider.default != "openrouter/auto":
            assert facts_of(provider.default), provider
        if provider.default:
            assert choose(provider.default).key_variables == provider.variables


def test_variables_that_hold_keys_are_known_by_table_and_by_rule() -> None:
    keys = {"OPENAI_API_KEY", "HF_TOKEN", "REPLICATE_API_TOKEN", "SOME_NEW_API_KEY", "INTERPRETER_API_KEY"}
    others = {"PATH", "HOME", "AWS_PROFILE", "GITHUB_TOKEN", "LANG", "MONKEY", "API_URL"}

    assert key_variables(dict.fromkeys(keys | others, "x")) == keys


def modules_after(code: str) -> set[str]:
    program = f"{code}\nimport sys\nprint(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_choosing_imports_no_client_library() -> None:
    loaded = modules_after("import interpreter.llm.choose as c; c.choose('gpt-5'); c.found_key({})")

    assert not loaded & {"openai", "httpx", "litellm"}


def test_making_a_model_imports_no_client_library() -> None:
    loaded = modules_after(
        "from interpreter.core.cancel import CancelToken\n"
        "from interpreter.llm.openai_model import OpenAIModel\n"
        "from interpreter.llm.litellm_model import LiteLLMModel\n"
        "OpenAIModel('gpt-5', api_key='x', cancel=CancelToken())\n"
        "LiteLLMModel('claude-sonnet-4-5', api_key='x', cancel=CancelToken())\n"
    )

    assert not loaded & {"openai", "httpx", "litellm"}


def test_a_reply_over_the_openai_protocol_needs_neither_litellm_nor_the_library_of_openai() -> None:
    loaded = modules_after(
        "from interpreter.core.cancel import CancelToken\n"
        "from interpreter.core.messages import Instruction\n"
        "from interpreter.llm.openai_model import OpenAIModel\n"
        "from tests.scripted_server import Fails, Says, ScriptedServer\n"
        "with ScriptedServer(Says('hello'), Fails(404, 'no such model')) as server:\n"
        "    model = OpenAIModel('xyz', api_key=None, api_base=server.url, cancel=CancelToken())\n"
        "    assert len(list(model.stream('', [Instruction('hi')])))\n"
        "    try: list(model.stream('', [Instruction('hi')]))\n"
        "    except Exception as error: assert error.hint, error\n"
    )

    assert "httpx" in loaded
    assert not loaded & {"openai", "litellm"}
