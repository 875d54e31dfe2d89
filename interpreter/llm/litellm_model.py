"""Models of every provider that does not speak the OpenAI protocol at a known address, through litellm."""

import os
import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import Any

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import ModelFailed
from interpreter.core.messages import Message
from interpreter.core.ports import Delta
from interpreter.llm.cache_marks import marked
from interpreter.llm.calling import no_tools
from interpreter.llm.catalog import facts_of
from interpreter.llm.choose import choose
from interpreter.llm.dialect import Dialect
from interpreter.llm.errors import Endpoint, cut_short, no_key, translated, unknown_model
from interpreter.llm.limits import within_limits
from interpreter.llm.line import Line
from interpreter.llm.litellm_import import litellm, mark_free, warm
from interpreter.llm.providers import provider_of
from interpreter.llm.pump import pumped
from interpreter.llm.reading import Reading
from interpreter.llm.sse import Chunk
from interpreter.llm.wire import Form, has_images, to_chat

_MARGIN = 5.0
"""Seconds that a socket outlasts our own limits, which give the better message."""

_ADDRESSES = {"ollama": "http://localhost:11434", "ollama_chat": "http://localhost:11434"}

_TAKES_CLIENT = frozenset({"anthropic", "gemini", "ollama", "ollama_chat"})
"""Providers whose requests litellm sends by a client that it is given."""

_COPIES = frozenset({"openai", "hosted_vllm", "lm_studio", "llamafile", "custom_openai"})
"""Providers whose servers speak the OpenAI protocol as far as they know it."""

_FAMILIES = ("claude", "gemini", "ft:", "command", "deepseek", "mistral")
"""Beginnings of names without a provider that litellm may place although its list lacks them."""


class LiteLLMModel:
    """A model by litellm's name for it (`anthropic/claude-sonnet-4-5`); time limits are in seconds of silence.

    `num_ctx` are the tokens that Ollama is to give it; nobody else knows the word.

    Where litellm takes a client of ours, an abandoned request ends at once; elsewhere with the provider's next word.
    """

    def __init__(
        self,
        name: str,
        *,
        api_key: str | None = None,
        api_base: str | None = None,
        cancel: CancelToken,
        small: bool = False,
        temperature: float | None = None,
        max_output_tokens: int | None = None,
        first_token_timeout: float = 60.0,
        gap_timeout: float = 60.0,
        sees_images: bool | None = None,
        num_ctx: int | None = None,
        tool_calling: bool = False,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.name = name
        self._cancel = cancel
        self._small = small
        self._limits = (first_token_timeout, gap_timeout)
        self._sees_images = sees_images
        provider = provider_of(name)
        variables = provider.variables if provider else ()
        key = api_key or choose(name).key(environ)
        self._needs_key = bool(variables) and not (key or api_base)
        self._provider = name.partition("/")[0] if "/" in name else (provider.prefix if provider else "")
        address = api_base or _ADDRESSES.get(self._provider, "")
        self._endpoint = Endpoint(name, address, next(iter(variables), ""), key, max(self._limits))
        self._options = _given(api_key=key, api_base=api_base, num_ctx=num_ctx)
        self._temperature = temperature
        self._max_output_tokens = max_output_tokens
        # Ollama's older route, which litellm means by the shorter name, knows neither roles nor tools.
        wire_name = re.sub("^ollama/", "ollama_chat/", name)
        self._dialect = Dialect(wire_name, other_name=wire_name, guesses=self._provider in _COPIES, tools=tool_calling)
        self._line = self._new_line()

    @cached_property
    def sees_images(self) -> bool:
        """As told to the constructor, else as the catalog of models says."""
        if self._sees_images is not None:
            return self._sees_images
        facts = facts_of(self.name)
        return facts is not None and facts.sees_images

    def warm(self) -> None:
        """Import litellm and have it make a request to nobody; for a thread in the background."""
        warm()

    def close(self) -> None:
        """Give the connection back."""
        self._line.close()

    def stream(self, system: str, messages: Sequence[Message]) -> Generator[Delta, None, None]:
        """Ask for the next reply; see `Model.stream`."""
        self._check()
        sees_images = has_images(messages) and self.sees_images

        def chat(origin: str) -> list[dict[str, Any]]:
            told = to_chat(system, messages, Form(sees_images, self._small, origin))
            return marked(told) if self._provider == "anthropic" else told

        if self._line.is_hung_up:
            self._line = self._new_line()
        line = self._line
        with (
            closing(pumped(lambda: self._reply(line, chat), self._cancel, line.hang_up)) as deltas,
            closing(within_limits(deltas, *self._limits)) as timely,
        ):
            yield from timely

    def _check(self) -> None:
        """Say at once what litellm would say after four seconds, or as a failed connection."""
        if self._needs_key:
            raise no_key(self._endpoint)
        if "/" not in self.name and not self.name.startswith(_FAMILIES) and facts_of(self.name) is None:
            raise unknown_model(self.name)

    def _reply(self, line: Line, chat: Callable[[str], list[dict[str, Any]]]) -> Iterator[Delta]:
        """The whole exchange, in the pump's thread; `chat` tells the conversation to a model of an origin."""
        try:
            # the first chunk decides in which words, and so whether with tools, the model was asked
            chunks, asked = self._chunks(line, chat), self._dialect
            first = next(chunks, {})
            if asked.tools and not self._dialect.tools:
                yield no_tools(self.name)
            yield from Reading(self._origin).deltas(chain([first], chunks))
        except Exception as error:
            # litellm leaves the response open, and the error keeps it alive: the next request would wait for it
            line.hang_up()
            raise translated(error, self._endpoint) from error
        finally:
            line.settle()
            if line.is_hung_up:
                line.close()

    @property
    def _origin(self) -> str:
        """Whose calls are told back as they came: those of this provider; empty without tools."""
        return self._provider if self._dialect.tools else ""

    def _chunks(self, line: Line, chat: Callable[[str], list[dict[str, Any]]]) -> Iterator[Chunk]:
        """The chunks of the answer to a request, said again in other words where the server rejects some of ours."""
        tried = [self._dialect]
        while True:
            has_begun = False
            try:
                for chunk in self._answer(line, chat(self._provider if tried[-1].tools else ""), tried[-1]):
                    has_begun, self._dialect = True, tried[-1]
                    yield chunk
                line.settle()
                if line.was_cut:
                    raise cut_short()
                return
            except Exception as error:
                simpler = (
                    None
                    if has_begun or isinstance(error, ModelFailed)
                    else tried[-1].after(error, translated(error, self._endpoint))
                )
                if simpler is None or simpler in tried:
                    raise
                tried.append(simpler)
            line.settle()

    def _answer(self, line: Line, chat: list[dict[str, Any]], dialect: Dialect) -> Iterator[Chunk]:
        """The chunks of one answer; of one that came in a piece, those of the same question without streaming.

        litellm takes an answer that a server gives in one piece for a stream without content.
        """
        said = False
        if dialect.streams:
            for chunk in self._completion(line, chat, dialect):
                told: Chunk = chunk.model_dump()
                said = said or _says_something(told)
                yield told
        if not dialect.streams or (not said and (line.answers_in_one_piece or not self._client_on(line))):
            line.settle()
            yield self._completion(line, chat, replace(dialect, streams=False)).model_dump()

    def _completion(self, line: Line, chat: list[dict[str, Any]], dialect: Dialect) -> Any:
        if dialect.wire_name.startswith("ollama_chat/"):
            mark_free(dialect.wire_name)
        return litellm().completion(
            messages=chat,
            timeout=line.timeout,
            num_retries=0,
            max_retries=0,
            _skip_mcp_handler=True,  # or a request with tools imports what only litellm's own server needs
            **self._client_on(line),
            **self._options,
            **dialect.request(self._temperature, self._max_output_tokens),
        )

    def _client_on(self, line: Line) -> dict[str, Any]:
        """A client that sends over our line, where the provider's part of litellm takes one."""
        if self._provider == "openai":
            import openai

            return {
                "client": openai.OpenAI(
                    api_key=self._endpoint.key or "none",
                    base_url=self._endpoint.address or None,
                    http_client=line.client,
                    timeout=line.timeout,
                    max_retries=0,
                )
            }
        if self._provider in _TAKES_CLIENT:
            from litellm.llms.custom_httpx.http_handler import HTTPHandler

            return {"client": HTTPHandler(client=line.client)}
        return {}

    def _new_line(self) -> Line:
        return Line(self._endpoint.address, max(self._limits) + _MARGIN, watches=True)


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _says_something(chunk: Chunk) -> bool:
    choice = (chunk.get("choices") or [{}])[0]
    said = choice.get("delta") or choice.get("message") or {}
    return any(said.get(member) for member in ("content", "reasoning_content", "tool_calls", "function_call"))
