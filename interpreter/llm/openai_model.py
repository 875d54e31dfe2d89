"""Models that are reached by the OpenAI protocol: OpenAI's own and everyone's who copied it."""

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING

from interpreter.core.cancel import CancelToken
from interpreter.core.messages import Message
from interpreter.core.ports import Delta
from interpreter.llm.calling import no_tools
from interpreter.llm.catalog import facts_of
from interpreter.llm.choose import OPENAI_BASE, choose
from interpreter.llm.dialect import Dialect
from interpreter.llm.errors import Endpoint, no_key, translated
from interpreter.llm.foreign import Rejected
from interpreter.llm.history import History, as_json
from interpreter.llm.limits import within_limits
from interpreter.llm.line import HungUp, Line
from interpreter.llm.pump import pumped
from interpreter.llm.reading import Reading
from interpreter.llm.sse import chunks
from interpreter.llm.wire import Form, has_images, to_chat

if TYPE_CHECKING:
    import httpx

_MARGIN = 5.0
"""Seconds that a socket outlasts our own limits, which give the better message."""

_ACCOUNT = {"OpenAI-Organization": "OPENAI_ORG_ID", "OpenAI-Project": "OPENAI_PROJECT_ID"}
"""Headers that say whose bill it is, for OpenAI alone, and the variables that hold their values."""


class OpenAIModel:
    """A model behind `/chat/completions` at an address; `name` may carry the prefix `openai/`.

    Without `api_key` it takes the key that `environ` holds for the owner of the address. Time limits are in seconds of
    silence. The connection is kept between replies; `close()` ends it. With `tool_calling` the model is offered a tool
    to send its code with, as long as its server takes that.
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
        tool_calling: bool = False,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.name = name
        self._cancel = cancel
        self._small = small
        self._history = History(small=small)
        self._temperature = temperature
        self._max_output_tokens = max_output_tokens
        self._limits = (first_token_timeout, gap_timeout)
        self._sees_images = sees_images
        address = (api_base or OPENAI_BASE).rstrip("/")
        choice = choose(name, address)
        variable = next(iter(choice.key_variables), "")
        self._endpoint = Endpoint(name, address, variable, api_key or choice.key(environ), max(self._limits))
        self._is_openai = variable == "OPENAI_API_KEY"
        self._headers = _headers(self._endpoint.key, environ if self._is_openai else {})
        limit = "max_completion_tokens" if self._is_openai else "max_tokens"
        self._dialect = Dialect(name.removeprefix("openai/"), other_name=name, limit=limit, tools=tool_calling)
        self._line = self._new_line()

    @cached_property
    def sees_images(self) -> bool:
        """As told to the constructor, else as the catalog of models says."""
        if self._sees_images is not None:
            return self._sees_images
        facts = facts_of(self.name)
        return facts is not None and facts.sees_images

    def warm(self) -> None:
        """Import what a request needs (a tenth of a second of CPU) and make its client; for a background thread."""
        with suppress(HungUp):
            _ = self._line.client

    def close(self) -> None:
        """Give the connection back."""
        self._line.close()

    def stream(self, system: str, messages: Sequence[Message], seed: int | None = None) -> Generator[Delta, None, None]:
        """Ask for the next reply; see `Model.stream`. With a `seed`, a server that knows it rolls the same dice."""
        if self._is_openai and not self._endpoint.key:
            raise no_key(self._endpoint)
        sees_images = has_images(messages) and self.sees_images
        origin = self._origin(self._dialect)
        chat = self._history.encoded(system, messages, sees_images=sees_images, origin=origin)

        def as_text() -> bytes:
            return b",".join(map(as_json, to_chat(system, messages, Form(sees_images, self._small))))

        if self._line.is_hung_up:
            self._line = self._new_line()
        line = self._line
        with (
            closing(pumped(lambda: self._reply(line, chat, as_text, seed), self._cancel, line.hang_up)) as deltas,
            closing(within_limits(deltas, *self._limits)) as timely,
        ):
            yield from timely

    def _reply(self, line: Line, chat: bytes, as_text: Callable[[], bytes], seed: int | None) -> Iterator[Delta]:
        """The whole exchange, in the pump's thread; `as_text` tells the conversation to a model without tools."""
        offered = self._dialect.tools
        try:
            with self._answered(line, chat, as_text, seed) as response:
                if offered and not self._dialect.tools:
                    yield no_tools(self.name)
                yield from Reading(self._origin(self._dialect)).deltas(chunks(response.iter_bytes()))
        except Exception as error:
            raise translated(error, self._endpoint) from error
        finally:
            if line.is_hung_up:
                line.close()

    @contextmanager
    def _answered(
        self, line: Line, chat: bytes, as_text: Callable[[], bytes], seed: int | None
    ) -> Iterator["httpx.Response"]:
        """The response to the request, said again in other words where the server rejects some of ours."""
        tried = [self._dialect]
        outcome = self._post(line, tried[-1], chat, seed)
        while isinstance(outcome, Rejected):
            simpler = tried[-1].after(outcome, translated(outcome, self._endpoint))
            if simpler is None or simpler in tried:
                raise outcome
            if tried[-1].tools and not simpler.tools:
                chat = as_text()
            tried.append(simpler)
            outcome = self._post(line, simpler, chat, seed)
        self._dialect = tried[-1]
        with closing(outcome) as response:
            yield response

    def _origin(self, dialect: Dialect) -> str:
        """Whose calls are told back as they came: those of this address; empty where there are none."""
        return self._endpoint.address if dialect.tools else ""

    def _post(self, line: Line, dialect: Dialect, chat: bytes, seed: int | None) -> "httpx.Response | Rejected":
        """The response with its body still to be read, or the error status as a value."""
        body = as_json(dialect.request(self._temperature, self._max_output_tokens, seed))
        # not by the library `openai`: it costs half a second of CPU and 30 MB to import
        request = line.client.build_request(
            "POST",
            f"{self._endpoint.address}/chat/completions",
            content=b'%b,"messages":[%b]}' % (body[:-1], chat),
            headers=self._headers,
            timeout=line.timeout,
        )
        response = line.client.send(request, stream=True)
        if response.is_success:
            return response
        with closing(response):
            response.read()
            return Rejected(response)

    def _new_line(self) -> Line:
        return Line(self._endpoint.address, max(self._limits) + _MARGIN)


def _headers(key: str | None, environ: Mapping[str, str]) -> dict[str, str]:
    account = {header: environ[name] for header, name in _ACCOUNT.items() if environ.get(name)}
    opens = {"Authorization": f"Bearer {key}"} if key else {}
    return {"Content-Type": "application/json", **opens, **account}
