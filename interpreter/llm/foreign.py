"""Any library's exception, boiled down to what tells one cause from another."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

_KEY = re.compile(
    r"\b(?:sk|pk|gsk|xai|hf|r8|csk|tgp|fw|fw_|nvapi|or)[-_][\w*.-]{6,}|\bAIza[\w*-]{12,}|(?<=Bearer )\S+", re.IGNORECASE
)
_WRAPPING = re.compile(
    r"^(?:(?:litellm\.)?\w*(?:Error|Exception|Timeout)(?: \w+Error)?\s*(?::|-)\s+)+|\s*Handle with `litellm\.\w+`\.?"
)
"""The class names that litellm writes before a provider's words, one for each time that it wrapped the error."""

_BODY = re.compile(r"\{.*\}", re.DOTALL)
_BYTES = re.compile(r"""\bb(['"])(.*)\1""", re.DOTALL)
"""A body that a library quotes as Python writes bytes."""


class ServerReport(Exception):
    """An error that a server reported inside a reply instead of by its status."""

    def __init__(self, report: Any) -> None:
        told = report if isinstance(report, dict) else {"message": str(report)}
        super().__init__(str(told.get("message") or told.get("detail") or told))
        self.code = told.get("code") or told.get("status")
        self.status_code = int(str(self.code)) if str(self.code).isdigit() else None


class Rejected(Exception):
    """A server answered with an error status; `response` has been read to its end."""

    def __init__(self, response: "httpx.Response") -> None:
        super().__init__(response.text.strip() or f"status {response.status_code}")
        self.response = response
        self.status_code = response.status_code
        self.body = _parsed(response.content)
        told = self.body.get("error", self.body) if isinstance(self.body, dict) else None
        self.code = told.get("code") if isinstance(told, dict) else None


@dataclass(frozen=True, slots=True)
class Foreign:
    """An exception's facts: HTTP status, the provider's words in one line, its code, seconds to wait.

    `kinds` are the class names of the whole chain of causes, base classes included; `cause` are the words of its end.
    """

    status: int | None
    line: str
    code: str
    wait: float | None
    kinds: frozenset[str]
    cause: str


def boiled_down(error: BaseException, key: str | None, now: datetime | None = None) -> Foreign:
    """The facts of an exception of openai, httpx, litellm or anybody else; `key` is masked wherever it occurs."""
    # litellm wraps whatever happens within a stream in one of its own that says that the provider is busy
    error = getattr(error, "original_exception", None) or error
    chain = list(_chain(error))
    return Foreign(
        status=_status(error, chain),
        line=first_line(_words(error), key),
        code=str(getattr(error, "code", None) or ""),
        wait=_wait(_headers(error), now or datetime.now(UTC)),
        kinds=frozenset(kind.__name__ for link in chain for kind in type(link).__mro__),
        cause=first_line(str(chain[-1]), key),
    )


def first_line(text: str, key: str | None = None) -> str:
    """The first line that says something, at most 300 characters, without keys."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if key and len(key) >= 4:
        line = line.replace(key, "***")
    line = _BYTES.sub(r"\2", _WRAPPING.sub("", _KEY.sub("***", line)))
    return line if len(line) <= 300 else line[:299] + "…"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(10):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _status(error: BaseException, chain: list[BaseException]) -> int | None:
    """The status that the server sent, as far as the chain knows it: litellm tells those it does not know as 500."""
    sent = (getattr(getattr(link, "response", None), "status_code", None) for link in reversed(chain[1:]))
    told = (*sent, getattr(error, "status_code", None))
    return next((status for status in told if isinstance(status, int) and status >= 400), None)


def _words(error: BaseException) -> str:
    """The message in the provider's JSON where there is one, else the exception's own."""
    body = getattr(error, "body", None)
    told = body.get("error", body) if isinstance(body, dict) else None
    if isinstance(told, dict):
        told = told.get("message") or told.get("detail")
    if isinstance(told, str) and told:
        return told
    words = str(getattr(error, "message", None) or error) or type(error).__name__
    return _quoted(words) or words


def _quoted(words: str) -> str:
    """The provider's message where a library only quotes its JSON, also as the bytes that it was."""
    body = _BODY.search(words)
    told = _parsed(body[0].encode()) if body else None
    told = told.get("error", told) if isinstance(told, dict) else None
    message = told.get("message") if isinstance(told, dict) else told
    return message if isinstance(message, str) else ""


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _headers(error: BaseException) -> Mapping[str, str]:
    for holder in (getattr(error, "litellm_response_headers", None), getattr(error, "response", None)):
        headers = getattr(holder, "headers", holder)
        if isinstance(headers, Mapping) and "retry-after" in headers:
            return headers
    return {}


def _wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Retry-After is a number of seconds or a date."""
    told = headers.get("retry-after", "").strip()
    try:
        return max(0.0, float(told))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(told) - now).total_seconds())
    except (ValueError, TypeError):
        return None
