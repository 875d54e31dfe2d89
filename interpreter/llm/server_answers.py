"""What model servers say of their models, each in its own form, made into one; what is none of it is passed over."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

OLLAMA_CONTEXT = 4096
"""Tokens that Ollama gives a model on a machine with less than 24 GiB of video memory, unless it is told otherwise
(https://docs.ollama.com/context-length); what is longer loses its beginning without a word."""

_NO_CHAT = re.compile(r"embed|minilm|\bbge\b|\be5\b|gte-|rerank|whisper|\btts\b|clip|diffusion", re.IGNORECASE)
"""Names of models that measure, hear or draw; used where the server does not tell."""


@dataclass(frozen=True, slots=True)
class Served:
    """A model that a server has.

    `context` is what the server gives it now, `trained` what it could see, in tokens; `size` is in bytes; `is_here`
    is false for a model that the server only passes on to its maker's machines. None is unknown.
    """

    name: str
    context: int | None = None
    trained: int | None = None
    size: int | None = None
    sees_images: bool | None = None
    chats: bool = True
    is_loaded: bool = False
    is_here: bool = True


def openai_models(answer: Any) -> list[Served] | None:
    """The list of `GET /v1/models`; None where it is none.

    vLLM adds `max_model_len`, llama.cpp `meta` with `n_ctx_train`, `n_ctx` and `size`
    (https://github.com/ggml-org/llama.cpp/tree/master/tools/server), others `context_length`.
    """
    entries = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(entries, list):
        return None
    found = [_openai_model(entry) for entry in entries if isinstance(entry, dict)]
    named = [model for model in found if model is not None]
    return named if named or not entries else None


def _openai_model(entry: Mapping[str, Any]) -> Served | None:
    name = entry.get("id")
    if not isinstance(name, str) or not name:
        return None
    meta = entry.get("meta") if isinstance(entry.get("meta"), dict) else {}
    assert isinstance(meta, dict)
    return Served(
        name,
        context=_count(entry, "max_model_len") or _count(meta, "n_ctx") or _count(entry, "context_length"),
        trained=_count(meta, "n_ctx_train"),
        size=_count(meta, "size"),
        chats=not _NO_CHAT.search(name),
        # What these have is in memory; the others say more below.
        is_loaded="max_model_len" in entry or bool(meta),
    )


def llama_cpp_props(answer: Any, listed: Sequence[Served]) -> list[Served]:
    """`GET /props` of llama.cpp: the context of a slot, and whether the model sees; it has one model.

    A server of several (its router) has no props of its own.
    """
    if not isinstance(answer, dict) or len(listed) != 1:
        return []
    settings, modalities = _member(answer, "default_generation_settings"), _member(answer, "modalities")
    eyes = modalities.get("vision")
    return [
        replace(
            listed[0],
            context=_count(settings, "n_ctx") or listed[0].context,
            sees_images=eyes if isinstance(eyes, bool) else None,
            is_loaded=True,
        )
    ]


def lm_studio_models(answer: Any) -> list[Served]:
    """`GET /api/v0/models` of LM Studio (https://lmstudio.ai/docs/developer/rest/endpoints).

    A model that is not loaded is loaded at its first request, with the context that its settings there say.
    """
    return [
        Served(
            entry["id"],
            context=_count(entry, "loaded_context_length"),
            trained=_count(entry, "max_context_length"),
            sees_images=entry.get("type") == "vlm",
            chats=entry.get("type") in ("llm", "vlm"),
            is_loaded=entry.get("state") == "loaded",
        )
        for entry in _entries(answer, "data")
        if isinstance(entry.get("id"), str)
    ]


def ollama_tags(answer: Any) -> list[Served]:
    """`GET /api/tags` of Ollama: names and sizes (https://docs.ollama.com/api/tags)."""
    return [
        Served(
            entry["name"],
            size=_count(entry, "size"),
            chats=not _NO_CHAT.search(entry["name"]) and "bert" not in str(_member(entry, "details").get("family")),
            is_here=not entry.get("remote_host") and not entry["name"].endswith(("-cloud", ":cloud")),
        )
        for entry in _entries(answer, "models")
        if isinstance(entry.get("name"), str)
    ]


def ollama_loaded(answer: Any, known: Mapping[str, Served]) -> Iterator[Served]:
    """`GET /api/ps` of Ollama: what is in memory, and with how much context (https://docs.ollama.com/api/ps)."""
    for entry in _entries(answer, "models"):
        if (model := known.get(str(entry.get("name")))) is not None:
            yield replace(model, is_loaded=True, context=_count(entry, "context_length") or model.context)


def ollama_shown(answer: Any, model: Served) -> Served:
    """`POST /api/show` of Ollama: abilities, what it was trained for, and `num_ctx` where its Modelfile sets it.

    (https://docs.ollama.com/api-reference/show-model-details.)
    """
    if not isinstance(answer, dict):
        return model
    abilities = answer.get("capabilities")
    facts = _member(answer, "model_info")
    found = [value for name, value in facts.items() if name.endswith(".context_length")]
    trained = found[0] if found and isinstance(found[0], int) else None
    own = re.search(r"^num_ctx\s+(\d+)", str(answer.get("parameters") or ""), re.MULTILINE)
    return replace(
        model,
        trained=trained,
        context=model.context or (int(own[1]) if own else None),
        chats="completion" in abilities if isinstance(abilities, list) else model.chats,
        sees_images="vision" in abilities if isinstance(abilities, list) else None,
    )


def _entries(answer: Any, name: str) -> list[dict[str, Any]]:
    entries = answer.get(name) if isinstance(answer, dict) else None
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _member(entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = entry.get(name)
    return value if isinstance(value, dict) else {}


def _count(entry: Mapping[str, Any], name: str) -> int | None:
    """A number of tokens or bytes that makes sense."""
    value = entry.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 50 else None
