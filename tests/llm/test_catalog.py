"""What is known of models without asking anybody."""

import pytest

from interpreter.core.ports import Usage
from interpreter.llm.catalog import ModelFacts, facts_of, similar


@pytest.mark.parametrize("name", ["gpt-4o", "openai/gpt-4o", "anthropic/claude-sonnet-4-5", "gemini/gemini-2.5-flash"])
def test_known_models_have_a_context_prices_and_eyes(name: str) -> None:
    facts = facts_of(name)

    assert facts is not None
    assert (facts.context or 0) >= 100_000
    assert facts.input_price
    assert facts.sees_images


def test_nothing_is_known_of_a_model_nobody_listed() -> None:
    assert facts_of("my/own-model") is None


def test_cached_tokens_are_cheaper() -> None:
    facts = ModelFacts(input_price=2.0, output_price=10.0, cached_price=0.5)

    assert facts.cost(Usage(10, 1, 4)) == 6 * 2.0 + 4 * 0.5 + 10.0
    assert ModelFacts().cost(Usage(10, 1)) is None


def test_a_slip_of_the_keyboard_is_recognised() -> None:
    assert "claude-sonnet-4-5" in similar("claude-sonet-4-5")
