"""What is known of models (context, prices, eyes), read from litellm's file without importing litellm."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from interpreter.core.ports import Usage

_FILE = "model_prices_and_context_window_backup.json"


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """Tokens of context and of output, dollars a token, whether it sees pictures; None where unknown."""

    context: int | None = None
    longest_output: int | None = None
    input_price: float | None = None
    output_price: float | None = None
    cached_price: float | None = None
    keeping_price: float | None = None
    sees_images: bool = False

    def cost(self, usage: Usage) -> float | None:
        """Dollars for a reply, None where the price is unknown."""
        if self.input_price is None or self.output_price is None:
            return None
        cached_price = self.input_price if self.cached_price is None else self.cached_price
        keeping_price = self.input_price if self.keeping_price is None else self.keeping_price
        fresh = usage.input_tokens - usage.cached_tokens - usage.kept_tokens
        read = fresh * self.input_price + usage.cached_tokens * cached_price + usage.kept_tokens * keeping_price
        return read + usage.output_tokens * self.output_price


def facts_of(name: str) -> ModelFacts | None:
    """What is known of a model, by the name with or without its provider; None for a model nobody listed."""
    entry = _entry(name)
    return None if entry is None else _facts(entry)


def similar(name: str) -> list[str]:
    """Names of chat models that look like this one, the closest first."""
    chat = [key for key, entry in _models().items() if entry.get("mode") == "chat"]
    return get_close_matches(name, chat, n=3, cutoff=0.7)


def chat_models() -> Mapping[str, tuple[str, ...]]:
    """The names of all models that answer in text, with their providers, by the providers' prefixes.

    OpenAI's have none, as OpenAI writes them.
    """
    found: dict[str, list[str]] = {}
    for key, entry in _models().items():
        if entry.get("mode") in ("chat", "responses") and _writes_text(entry):
            prefix, name = _named(key, str(entry.get("litellm_provider")))
            found.setdefault(prefix, []).append(name)
    return {prefix: tuple(dict.fromkeys(names)) for prefix, names in found.items()}


def withdrawn(name: str) -> date | None:
    """The day from which its provider has it no more; None where none was said."""
    try:
        return date.fromisoformat(str((_entry(name) or {}).get("deprecation_date", "")))
    except ValueError:
        return None


def _named(key: str, provider: str) -> tuple[str, str]:
    """The prefix that litellm takes, and the whole name; the file says `vertex_ai-language-models` for `vertex_ai`."""
    prefix = "vertex_ai" if provider.startswith("vertex_ai") else provider.replace("bedrock_converse", "bedrock")
    if prefix == "openai":
        return prefix, key.removeprefix("openai/")
    return prefix, key if key.startswith(f"{prefix}/") else f"{prefix}/{key}"


def _writes_text(entry: Mapping[str, Any]) -> bool:
    return "text" in (entry.get("supported_output_modalities") or ["text"])


def _facts(entry: Mapping[str, Any]) -> ModelFacts:
    return ModelFacts(
        context=_number(entry, "max_input_tokens") or _number(entry, "max_tokens"),
        longest_output=_number(entry, "max_output_tokens"),
        input_price=entry.get("input_cost_per_token"),
        output_price=entry.get("output_cost_per_token"),
        cached_price=entry.get("cache_read_input_token_cost"),
        keeping_price=entry.get("cache_creation_input_token_cost"),
        sees_images=bool(entry.get("supports_vision")),
    )


def _entry(name: str) -> Mapping[str, Any] | None:
    models = _models()
    plain = name.removeprefix("openai/")
    return next((models[key] for key in (name, plain, plain.partition("/")[2]) if key in models), None)


def _number(entry: Mapping[str, Any], key: str) -> int | None:
    value = entry.get(key)
    return int(value) if isinstance(value, int | float) else None


@cache
def _models() -> Mapping[str, Mapping[str, Any]]:
    spec = find_spec("litellm")
    if spec is None or spec.origin is None:
        return {}
    try:
        models: dict[str, dict[str, Any]] = json.loads((Path(spec.origin).parent / _FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    models.pop("sample_spec", None)
    return models
