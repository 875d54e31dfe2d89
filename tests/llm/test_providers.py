"""Our table of providers, held against the litellm that is installed."""

import json
import re
import subprocess
import sys
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from interpreter.llm.catalog import withdrawn
from interpreter.llm.further_providers import FURTHER, SIGNS, listed_by_litellm
from interpreter.llm.providers import PROVIDERS, all_providers, known_variables, provider_named, provider_of

LOOKED_AT = date(2026, 11, 26)
"""When the usual models of the table were last looked at."""

OPEN = {
    *("ollama", "ollama_chat", "lm_studio", "llamafile", "hosted_vllm", "vllm", "xinference", "oobabooga", "petals"),
    *("docker_model_runner", "lemonade", "triton", "gdc", "litellm_proxy", "openai_like", "custom_openai"),
    *("aiohttp_openai", "custom", "a2a", "a2a_agent", "langgraph", "langflow", "ragflow"),
}
"""Servers of one's own, which need no key."""

ELSEWHERE = {
    *("bedrock", "bedrock_mantle", "sagemaker", "sagemaker_chat", "sagemaker_nova", "vertex_ai", "vertex_ai_beta"),
    *("oci", "sap", "snowflake", "github_copilot", "chatgpt", "microsoft_365_copilot", "azure_text", "watsonx_text"),
}
"""Clouds whose credentials are in files or several variables, and older names of those in the table."""

NO_CHAT = {
    *("jina_ai", "voyage", "infinity", "reducto", "aws_textract", "aws_polly", "transcribe", "runwayml", "milvus"),
    *("nvidia_riva", "soniox", "black_forest_labs", "deepgram", "elevenlabs", "topaz", "azure_speech", "recraft"),
    *("pg_vector", "s3_vectors", "valkey", "mongodb", "fal_ai", "stability", "langfuse", "humanloop", "dotprompt"),
    *("auto_router", "litellm_agent", "cursor", "manus", "typesafe", "strands_decider", "anthropic_text"),
    *("text-completion-openai", "text-completion-codestral", "text-completion-inception"),
}
"""What measures, hears, draws, searches or completes; or is a part of litellm and nobody's provider."""


@cache
def asked_of_litellm() -> dict[str, dict[str, list[str]]]:
    """What the installed litellm says: its providers, and the variables whose key it takes for each of ours."""
    program = """
import json, os, sys
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
import litellm
from litellm.types.utils import LlmProviders
taken = {}
for prefix, variables in json.loads(sys.argv[1]).items():
    for variable in variables:
        os.environ[variable] = "canary"
        told = litellm.validate_environment(f"{prefix}/any")["keys_in_environment"]
        try:
            key = litellm.get_llm_provider(f"{prefix}/any")[2]
        except Exception:
            key = None
        del os.environ[variable]
        if told or key == "canary":
            taken.setdefault(prefix, []).append(variable)
print(json.dumps({"providers": {each.value: [] for each in LlmProviders}, "taken": taken}))
"""
    ours = json.dumps({each.prefix: each.variables for each in all_providers()})
    done = subprocess.run(
        [sys.executable, "-c", program, ours], capture_output=True, text=True, check=True, timeout=200
    )
    return json.loads(done.stdout.splitlines()[-1])


def litellms_own_words() -> str:
    """Every name of a variable in litellm's sources."""
    origin = find_spec("litellm").origin
    words = set()
    for file in Path(origin).parent.rglob("*.py"):
        if "proxy" not in file.parts:
            words.update(re.findall(r"\b[A-Z][A-Z0-9_]{4,}\b", file.read_text("utf-8", "replace")))
    return words


def test_every_provider_of_litellm_that_chats_is_known_with_its_key():
    known = {each.prefix for each in all_providers()}
    missing = set(asked_of_litellm()["providers"]) - known - OPEN - ELSEWHERE - NO_CHAT
    assert not missing


def test_litellm_knows_every_provider_of_ours():
    # `anyscale` is routed by an own branch of litellm, outside of its list.
    others = {each.prefix for each in all_providers()} - set(asked_of_litellm()["providers"])
    assert others <= {"anyscale", *listed_by_litellm()}


def test_litellm_takes_the_key_from_the_first_variable_of_most_or_names_it_in_its_sources():
    taken, words = asked_of_litellm()["taken"], litellms_own_words()
    assert len(taken) > 60
    for provider in all_providers():
        for variable in provider.variables:
            is_listed = provider.prefix in listed_by_litellm()
            assert variable in taken.get(provider.prefix, ()) or variable in words or is_listed, (provider, variable)


def test_no_provider_is_in_two_tables():
    assert len({each.prefix for each in PROVIDERS}) == len(PROVIDERS)
    assert not set(FURTHER) & {each.prefix for each in PROVIDERS}
    assert not set(SIGNS) & {each.prefix for each in all_providers()}


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("wandb/openai/gpt-oss-120b", "WANDB_API_KEY"),
        ("poe/Claude-Haiku", "POE_API_KEY"),
        ("scaleway/x", "SCW_SECRET_KEY"),
        ("cohere_chat/command-a-03-2025", "COHERE_API_KEY"),
        ("claude-anything", "ANTHROPIC_API_KEY"),
    ],
)
def test_a_name_leads_to_the_key_of_its_provider(name, variable):
    assert provider_of(name).variables[0] == variable
    assert variable in known_variables()


def test_what_needs_no_key_has_no_provider_that_does():
    for prefix in (*OPEN, *ELSEWHERE, "", "nobody"):
        assert provider_named(prefix) is None, prefix


def test_no_usual_model_is_about_to_be_withdrawn():
    for provider in PROVIDERS:
        ends = withdrawn(provider.default)
        assert ends is None or (ends - LOOKED_AT).days > 60, provider
