"""Of a provider's many models those worth a line."""

from datetime import date

import pytest

from interpreter.llm.catalog import chat_models, withdrawn
from interpreter.llm.families import family_of, useful

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("name", "family", "version"),
    [
        ("anthropic/claude-sonnet-4-5-20250929", "claude-sonnet", (4, 5)),
        ("claude-3-5-sonnet-20241022", "claude-sonnet", (3, 5)),
        ("gpt-4o-mini-2024-07-18", "gpt-mini", (4,)),
        ("gpt-5.4-mini", "gpt-mini", (5, 4)),
        ("groq/openai/gpt-oss-120b", "gpt-oss-120b", ()),
        ("gemini/gemini-2.5-flash", "gemini-flash", (2, 5)),
        ("moonshot/kimi-k2.5", "kimi-k", (2, 5)),
        ("dashscope/qwen3-coder-plus", "qwen-coder-plus", (3,)),
        ("mistral/mistral-medium-latest", "mistral-medium", (float("inf"),)),
        ("o4-mini", "o4-mini", ()),
    ],
)
def test_a_name_is_a_family_and_a_version(name, family, version):
    assert family_of(name) == (family, version)


def test_of_each_family_the_newest_is_kept_and_the_usual_one_comes_first():
    names = ["a-2", "a-3", "a-3-20250101", "b-9", "c", "a-embed-7", "b-10-preview", "old-99"]
    ends = {"old-99": date(2026, 1, 1), "a-3": date(2027, 1, 1)}
    assert useful(names, "c", TODAY, ends.get, 9) == ("c", "b-9", "a-3")
    assert useful(names, "", TODAY, ends.get, 2) == ("b-9", "a-3")


def test_nothing_that_was_withdrawn_is_worth_a_line_and_no_line_is_empty():
    for names in chat_models().values():
        for name in useful(names, "", TODAY, withdrawn, 8):
            ends = withdrawn(name)
            assert name and (ends is None or ends > TODAY)


def test_the_lists_of_well_known_providers_hold_what_one_would_look_for():
    anthropic = useful(chat_models()["anthropic"], "", TODAY, withdrawn, 8)
    for family in ("haiku", "sonnet", "opus"):
        assert sum(family in name for name in anthropic) == 1
    assert all(name.startswith("gemini/") for name in chat_models()["gemini"])
    assert "gpt-5-mini" in chat_models()["openai"]
