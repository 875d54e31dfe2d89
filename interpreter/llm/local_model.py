"""A model file made into a model: its server, the adapter that talks to it, and help for the small ones."""

from pathlib import Path

from interpreter.core.cancel import CancelToken
from interpreter.llm.embedded import EmbeddedModel
from interpreter.llm.embedded_process import EmbeddedServer
from interpreter.llm.openai_model import OpenAIModel
from interpreter.llm.varied import Varied

LONG_PROMPT = 330.0
"""Seconds to the first token, at least: 16,384 tokens, read at 50 a second on two busy cores."""

CONTEXT = 16_384
"""Tokens: half of what the embedded weights were trained for, in 200 MB of memory."""

OUTPUT, SMALL_OUTPUT = 4_096, 1_024
"""Tokens a reply: a small model at temperature 0 may repeat itself for ever."""

CALM, LIVELY = 0.0, 0.7
"""Temperatures: the likeliest reply, and one that differs from the block that has just failed."""

SMALL_FILE = 2_500_000_000
"""Bytes: four billion parameters at 4 bits; what is larger needs no help, and little of it is read on a laptop."""


def is_small(file: Path) -> bool:
    """Whether the model in a file is one that needs few words and much help."""
    return file.stat().st_size < SMALL_FILE


def local_model(
    name: str,
    file: Path,
    *,
    cancel: CancelToken,
    context: int | None,
    max_output_tokens: int | None,
    temperature: float | None,
    first_token_timeout: float,
    gap_timeout: float,
    state_folder: Path,
    log_file: Path | None,
) -> EmbeddedModel:
    """The model in a GGUF file, served by a child process; None takes the defaults of this module."""
    small = is_small(file)
    longest = max_output_tokens or (SMALL_OUTPUT if small else OUTPUT)

    def connect_at(chosen: float | None, base_url: str, api_key: str) -> OpenAIModel:
        return OpenAIModel(
            file.stem,
            api_key=api_key,
            api_base=base_url,
            cancel=cancel,
            small=small,
            temperature=chosen,
            max_output_tokens=longest,
            first_token_timeout=max(LONG_PROMPT, first_token_timeout),
            gap_timeout=gap_timeout,
            sees_images=False,
        )

    def connect(base_url: str, api_key: str) -> OpenAIModel | Varied:
        if not small:
            return connect_at(temperature, base_url, api_key)
        calm, lively = (CALM, LIVELY) if temperature is None else (temperature, temperature)
        return Varied(connect_at(calm, base_url, api_key), connect_at(lively, base_url, api_key))

    def serve(model_file: Path) -> EmbeddedServer:
        return EmbeddedServer(
            model_file,
            context=context or CONTEXT,
            max_output_tokens=longest,
            state_folder=state_folder,
            log_file=log_file,
        )

    return EmbeddedModel(name, model_file=file, serve=serve, connect=connect, cancel=cancel)
