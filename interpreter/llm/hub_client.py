"""Requests to a hub: the token goes to the hub alone, whoever it leads on to."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from interpreter.core.errors import (
    InterpreterError,
    KeyRejected,
    ModelBusy,
    ModelFailed,
    ModelUnreachable,
    UnknownModel,
)
from interpreter.llm.hub import ENDPOINT

if TYPE_CHECKING:
    import httpx

_CONNECT, _SILENCE = 10.0, 60.0
"""Seconds to a connection, and of silence within an answer."""

_MOST_REDIRECTIONS = 5
_LONGEST_ANSWER = 20_000_000
"""Bytes of what the hub says of a repository: a few thousand files."""


class HubClient:
    """A hub at an address, asked with the token or without one; `with` closes its connections."""

    def __init__(self, endpoint: str, token: str | None) -> None:
        import httpx

        self._endpoint = endpoint.rstrip("/")
        self._token = token
        self._origin = _origin(self._endpoint)
        timeout = httpx.Timeout(_SILENCE, connect=_CONNECT)
        self._client = httpx.Client(timeout=timeout, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def model(self, repository: str) -> Any:
        """What the hub says of a repository; raises InterpreterError."""
        with self.answered(f"/api/models/{repository}?blobs=true", repository, {}) as response:
            content = b""
            for piece in response.iter_bytes():
                content += piece
                if len(content) > _LONGEST_ANSWER:
                    raise ModelFailed(f"What the hub says of {repository} does not end.", "Is HF_ENDPOINT a hub?")
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise ModelFailed(
                f"{self._endpoint} speaks another language than a hub.", "Is HF_ENDPOINT right?"
            ) from error

    @contextmanager
    def answered(self, route: str, repository: str, headers: Mapping[str, str]) -> Iterator["httpx.Response"]:
        """The good answer to a GET (200, 206, 416) with its body unread, wherever it led; raises InterpreterError.

        What the connection does while the body is read comes as httpx's own errors.
        """
        url = f"{self._endpoint}{route}"
        for _ in range(_MOST_REDIRECTIONS + 1):
            response = self._sent(url, headers)
            try:
                if response.is_redirect:
                    url = self._next(response)
                    continue
                if response.status_code not in (200, 206, 416):
                    raise self._refused(response, repository)
                yield response
                return
            finally:
                response.close()
        raise ModelFailed(f"{self._endpoint} leads from one place to the next without an end.", "Try again later.")

    def _sent(self, url: str, headers: Mapping[str, str]) -> "httpx.Response":
        import httpx

        # A token is for the hub; the stores that it leads on to have no business with it.
        opens = {"Authorization": f"Bearer {self._token}"} if self._token and _origin(url) == self._origin else {}
        # What is hashed must come as it is stored.
        request = self._client.build_request("GET", url, headers={"Accept-Encoding": "identity", **headers, **opens})
        try:
            return self._client.send(request, stream=True)
        except httpx.TransportError as error:
            raise ModelUnreachable(
                f"{_host(url)} cannot be reached: {type(error).__name__}.", "Look at the network, and try again."
            ) from error

    def _next(self, response: "httpx.Response") -> str:
        url = str(response.url.join(response.headers.get("Location", "")))
        if urlsplit(url).scheme not in ("http", "https") or (response.url.scheme, urlsplit(url).scheme) == (
            "https",
            "http",
        ):
            raise ModelFailed(f"{response.url.host} leads to a place that is not safe.", "Nothing was fetched.")
        return url

    def _refused(self, response: "httpx.Response", repository: str) -> InterpreterError:
        status, code = response.status_code, response.headers.get("X-Error-Code", "")
        page = f"{self._endpoint}/{repository}"
        if status == 404 or code in ("RepoNotFound", "EntryNotFound", "RevisionNotFound"):
            return UnknownModel(f"{self._endpoint} has no {repository}.", "Look whether the name is right there.")
        if status in (401, 403):
            hint = f"Accept its terms at {page}, and set HF_TOKEN to a token of yours."
            return KeyRejected(f"{repository} is not open to everybody.", hint)
        if status == 429:
            return ModelBusy("The hub asks to wait.", "Try again in some minutes; what is there is kept.")
        kind = ModelUnreachable if status >= 500 else ModelFailed
        return kind(f"{_host(str(response.url))} answered {status}.", "Try again later; what is there is kept.")


def endpoint_of(environ: Mapping[str, str]) -> str:
    """The hub's address: `HF_ENDPOINT`, or the one of Hugging Face."""
    said = environ.get("HF_ENDPOINT", "").strip()
    return said if said.lower().startswith(("http://", "https://")) else ENDPOINT


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or usual


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
