"""A model file made into a model: its server, the adapter that talks to it, and help for the small ones."""

from pathlib import Path

from interpreter.core.cancel import CancelToken
from interpreter.llm.embedded import EmbeddedModel
from interpreter.llm.embedded_process import EmbeddedServer
from interpreter.llm.local_limits import CONTEXT, LONG_PROMPT, is_small
from interpreter.llm.named_files import NamedFiles
from interpreter.llm.openai_model import OpenAIModel
from interpreter.llm.varied import Varied

OUTPUT, SMALL_OUTPUT = 4_096, 1_024
"""Tokens a reply: a small model at temperature 0 may repeat itself for ever."""

CALM, LIVELY = 0.0, 0.7
"""Temperatures: the likeliest reply, and one that differs from the block that has just failed."""


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
    tool_calling: bool = False,
    state_folder: Path,
    log_file: Path | None,
    code_folder: Path | None = None,
) -> EmbeddedModel:
    """The model in a GGUF file, served by a child process; None takes the defaults of this module.

    `code_folder` is where code runs, None where that is not on this machine: a small model is told how the files begin
    that the user names.
    """
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
            tool_calling=tool_calling,
        )

    def connect(base_url: str, api_key: str) -> OpenAIModel | Varied:
        if not small:
            return connect_at(temperature, base_url, api_key)
        calm, lively = (CALM, LIVELY) if temperature is None else (temperature, temperature)
        files = NamedFiles(code_folder) if code_folder else None
        return Varied(connect_at(calm, base_url, api_key), connect_at(lively, base_url, api_key), files)

    def serve(model_file: Path) -> EmbeddedServer:
        return EmbeddedServer(
            model_file,
            context=context or CONTEXT,
            max_output_tokens=longest,
            state_folder=state_folder,
            log_file=log_file,
        )

    return EmbeddedModel(name, model_file=file, serve=serve, connect=connect, cancel=cancel)
