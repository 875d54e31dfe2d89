"""Models that are reached by the OpenAI protocol: OpenAI's own and everyone's who copied it."""

import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from interpreter.core.cancel import CancelToken
from interpreter.core.messages import Message
from interpreter.core.ports import Delta
from interpreter.llm.catalog import facts_of
from interpreter.llm.choose import OPENAI_BASE, choose
from interpreter.llm.dialect import Dialect
from interpreter.llm.errors import Endpoint, no_key, translated
from interpreter.llm.limits import within_limits
from interpreter.llm.line import HungUp, Line
from interpreter.llm.pump import pumped
from interpreter.llm.reading import Reading
from interpreter.llm.sse import chunks
from interpreter.llm.wire import has_images, to_chat

if TYPE_CHECKING:
    import httpx
    import openai

_MARGIN = 5.0
"""Seconds that a socket outlasts our own limits, which give the better message."""


_ACCOUNT_HEADERS = ("OpenAI-Organization", "OpenAI-Project")
"""What the library takes from the environment, and what no other server should learn."""


class OpenAIModel:
    """A model behind `/chat/completions` at an address; `name` may carry the prefix `openai/`.

    Without `api_key` it takes the key that `environ` holds for the owner of the address. Time limits are in seconds of
    silence. The connection is kept between replies; `close()` ends it.
    """

    def __init__(
        self,
        name: str,
        *,
        api_key: str | None,
        api_base: str | None = None,
        cancel: CancelToken,
        small: bool = False,
        temperature: float | None = None,
        max_output_tokens: int | None = None,
        first_token_timeout: float = 60.0,
        gap_timeout: float = 60.0,
        sees_images: bool | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.name = name
        self._cancel = cancel
        self._small = small
        self._temperature = temperature
        self._max_output_tokens = max_output_tokens
        self._limits = (first_token_timeout, gap_timeout)
        self._sees_images = sees_images
        address = (api_base or OPENAI_BASE).rstrip("/")
        choice = choose(name, address)
        variable = next(iter(choice.key_variables), "")
        self._endpoint = Endpoint(name, address, variable, api_key or choice.key(environ), max(self._limits))
        self._is_openai = variable == "OPENAI_API_KEY"
        limit = "max_completion_tokens" if self._is_openai else "max_tokens"
        self._dialect = Dialect(name.removeprefix("openai/"), other_name=name, limit=limit)
        self._line = self._new_line()

    @cached_property
    def sees_images(self) -> bool:
        """As told to the constructor, else as the catalog of models says."""
        if self._sees_images is not None:
            return self._sees_images
        facts = facts_of(self.name)
        return facts is not None and facts.sees_images

    def warm(self) -> None:
        """Import what a request needs (half a second of CPU) and make its client; for a thread in the background."""
        with suppress(HungUp):
            self._client_of(self._line)

    def close(self) -> None:
        """Give the connection back."""
        self._line.close()

    def stream(self, system: str, messages: Sequence[Message]) -> Generator[Delta, None, None]:
        """Ask for the next reply; see `Model.stream`."""
        if self._is_openai and not self._endpoint.key:
            raise no_key(self._endpoint)
        sees_images = has_images(messages) and self.sees_images
        chat = to_chat(system, messages, sees_images=sees_images, small=self._small)
        if self._line.is_hung_up:
            self._line = self._new_line()
        line = self._line
        with (
            closing(pumped(lambda: self._reply(line, chat), self._cancel, line.hang_up)) as deltas,
            closing(within_limits(deltas, *self._limits)) as timely,
        ):
            yield from timely

    def _reply(self, line: Line, chat: list[dict[str, Any]]) -> Iterator[Delta]:
        """The whole exchange, in the pump's thread."""
        try:
            with self._answered(line, chat) as response:
                yield from Reading().deltas(chunks(response.iter_bytes()))
        except Exception as error:
            raise translated(error, self._endpoint) from error
        finally:
            if line.is_hung_up:
                line.close()

    @contextmanager
    def _answered(self, line: Line, chat: list[dict[str, Any]]) -> Iterator["httpx.Response"]:
        """The response to the request, said again in other words where the server rejects some of ours."""
        tried = [self._dialect]
        outcome = self._post(line, tried[-1], chat)
        while isinstance(outcome, Exception):
            simpler = tried[-1].after(outcome, translated(outcome, self._endpoint))
            if simpler is None or simpler in tried:
                raise outcome
            tried.append(simpler)
            outcome = self._post(line, simpler, chat)
        self._dialect = tried[-1]
        with closing(outcome) as response:
            yield response

    def _post(self, line: Line, dialect: Dialect, chat: list[dict[str, Any]]) -> "httpx.Response | Exception":
        """The response with its body still to be read, or the error status as a value."""
        import httpx
        import openai

        body = dialect.request(chat, self._temperature, self._max_output_tokens)
        try:
            # not chat.completions.create: its types cost 0.3 s to import, and 45 ms a request after 200 steps
            posted = self._client_of(line).post(
                "/chat/completions", cast_to=httpx.Response, body=body, stream=True, stream_cls=openai.Stream[Any]
            )
        except openai.APIStatusError as error:
            return error
        return cast(httpx.Response, posted)

    def _client_of(self, line: Line) -> "openai.OpenAI":
        import openai

        return openai.OpenAI(
            api_key=self._endpoint.key or "none",  # never None: the library would take OPENAI_API_KEY instead
            base_url=self._endpoint.address,
            http_client=line.client,
            timeout=line.timeout,
            max_retries=0,
            default_headers=None if self._is_openai else cast(Any, dict.fromkeys(_ACCOUNT_HEADERS, openai.Omit())),
        )

    def _new_line(self) -> Line:
        return Line(self._endpoint.address, max(self._limits) + _MARGIN)
