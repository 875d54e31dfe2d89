"""What providers and their libraries raise, as errors of ours; nothing foreign passes this border."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

from interpreter.core.errors import (
    ContextTooLong,
    InterpreterError,
    KeyRejected,
    ModelBusy,
    ModelFailed,
    ModelFaltered,
    ModelUnreachable,
    UnknownModel,
)
from interpreter.llm.catalog import similar
from interpreter.llm.foreign import Foreign, boiled_down

AGAIN = "Try again; if it happens again, take another model with --model."


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a request went; `key` is only held to be masked, `patience` is the longest silence in seconds."""

    model: str
    address: str = ""
    key_variable: str = ""
    key: str | None = field(default=None, repr=False)
    patience: float = 60.0

    @property
    def place(self) -> str:
        """The address, or whose it is."""
        return self.address or f"the provider of {self.model}"


_Claim: TypeAlias = Callable[[Foreign], bool]
_Build: TypeAlias = Callable[[Foreign, Endpoint], InterpreterError]


def translated(error: BaseException, endpoint: Endpoint) -> InterpreterError:
    """The error of ours that says what this one means; raise it `from` the original."""
    if isinstance(error, InterpreterError):
        return error
    told = boiled_down(error, endpoint.key)
    build = next((build for claim, build in _ROWS if claim(told)), _failed)
    return build(told, endpoint)


def no_key(endpoint: Endpoint) -> KeyRejected:
    """The error for a provider that cannot be asked without a key."""
    return KeyRejected(f"There is no key for {endpoint.model}.", _key_hint(endpoint))


def cut_short() -> ModelFaltered:
    """The error for a reply whose end never came although nothing else went wrong."""
    return ModelFaltered(
        "The connection to the model ended in the middle of its answer.",
        "Try again; what had come is kept, unfinished code is not run.",
    )


def unknown_model(name: str, line: str = "") -> UnknownModel:
    """The error for a name that nobody answers to."""
    matches = similar(name)
    meant = f"Did you mean {' or '.join(matches)}? " if matches else ""
    hint = f"{meant}Write the provider before the name, as in anthropic/claude-sonnet-4-5 or ollama/qwen3-coder."
    return UnknownModel(f"There is no model {name}{': ' + line if line else '.'}", hint)


# -- which error means what: the first claim that holds wins ------------------------------------------------------


def _says(pattern: str) -> _Claim:
    words = re.compile(pattern, re.IGNORECASE)
    return lambda told: bool(words.search(told.line))


def _has_status(*statuses: int) -> _Claim:
    return lambda told: told.status in statuses


def _is_a(*kinds: str) -> _Claim:
    return lambda told: not told.kinds.isdisjoint(kinds)


def _any(*claims: _Claim) -> _Claim:
    return lambda told: any(claim(told) for claim in claims)


_is_about_key = _says(
    r"(missing|no|invalid|incorrect|provide \w+|set \w+) .{0,20}api[ _-]?key"
    r"|api[ _-]?key.{0,40}(must be set|missing|required|invalid|not (set|found|valid|provided))"
)
_is_about_context = _says(
    r"context.{0,12}(length|window|size|limit)|maximum context|too many (input )?tokens"
    r"|(prompt|input|request) is too long|exceeds? .{0,30}(context|token (limit|count))"
    r"|token count.{0,40}exceeds|input tokens exceed|reduce the length"
)
_is_about_model = _says(
    r"llm provider not provided|(invalid|unknown|not a valid) model|unmapped llm provider"
    r"|model\b.{0,100}(not found|not exist|not supported|is not available|no access)|no such model"
)
_is_unreachable = _any(
    _is_a("ConnectError", "ConnectTimeout", "ConnectionRefusedError", "gaierror", "UnsupportedProtocol", "InvalidURL"),
    _says(r"connection refused|name or service not known|nodename nor servname|^connection error\.?$|cannot connect"),
)


def _is_overfull(told: Foreign) -> bool:
    return told.status != 429 and (_is_about_context(told) or "ContextWindowExceededError" in told.kinds)


def _is_the_servers_own(told: Foreign) -> bool:
    # 501 and 505 are about what was asked, and stay true
    return told.status is not None and told.status >= 500 and told.status not in (501, 505)


def _is_unpaid(told: Foreign) -> bool:
    return told.status == 402 or "insufficient_quota" in told.code or _lacks_credit(told)


_lacks_credit = _says(r"insufficient[_ ](quota|balance|credits?|funds)|credit balance is too low")


def _key_rejected(told: Foreign, endpoint: Endpoint) -> InterpreterError:
    return KeyRejected(f"The key for {endpoint.model} was rejected: {told.line}", _key_hint(endpoint))


def _unreachable(told: Foreign, endpoint: Endpoint) -> InterpreterError:
    why = told.cause or told.line or "no connection"
    return ModelUnreachable(f"Nobody answers at {endpoint.place}: {why}", _start_hint(endpoint.address))


def _silent(told: Foreign, endpoint: Endpoint) -> InterpreterError:
    return ModelFailed(f"The model at {endpoint.place} was silent for {endpoint.patience:g} seconds.", AGAIN)


def _too_long(told: Foreign, endpoint: Endpoint) -> InterpreterError:
    hint = "Start a new session, or take a model with a longer context."
    return ContextTooLong(f"The conversation is too long for {endpoint.model}: {told.line}", hint, window_in(told.line))


def _unpaid(told: Foreign, endpoint: Endpoint) -> InterpreterError:
    return ModelFailed(
        f"The account for {endpoint.model} has no credit left: {told.line}", "Top it up, or use --model."
    )


def _busy(told: Foreign, endpoint: Endpoint) -> InterpreterError:
    when = f"in {in_words(told.wait)}" if told.wait else "in a minute"
    return ModelBusy(f"{endpoint.model} is busy: {told.line}", f"Try again {when}, or take another model.", told.wait)


def _unknown(told: Foreign, endpoint: Endpoint) -> InterpreterError:
    if "llm provider not provided" in told.line.lower():
        return unknown_model(endpoint.model)
    return UnknownModel(
        f"{endpoint.place[:1].upper()}{endpoint.place[1:]} has no model {endpoint.model}: {told.line}",
        _name_hint(endpoint),
    )


def _cut(told: Foreign, endpoint: Endpoint) -> InterpreterError:
    hint = "Try again; what had come is kept, unfinished code is not run."
    return ModelFaltered(f"The connection to {endpoint.place} was cut: {told.cause or told.line}", hint)


def _faltered(told: Foreign, endpoint: Endpoint) -> InterpreterError:
    return ModelFaltered(f"{endpoint.model} failed (status {told.status}): {told.line}", AGAIN, told.wait)


def _failed(told: Foreign, endpoint: Endpoint) -> InterpreterError:
    status = f" (status {told.status})" if told.status else ""
    return ModelFailed(f"{endpoint.model} failed{status}: {told.line}", AGAIN)


_ROWS: tuple[tuple[_Claim, _Build], ...] = (
    (_any(_is_about_key, _has_status(401, 403)), _key_rejected),
    (_is_unreachable, _unreachable),
    (_is_a("TimeoutException", "APITimeoutError", "Timeout", "TimeoutError"), _silent),
    (_is_overfull, _too_long),
    (_is_unpaid, _unpaid),
    (_any(_has_status(429, 503, 529), _is_a("RateLimitError", "ServiceUnavailableError")), _busy),
    (_any(_has_status(404), _is_about_model), _unknown),
    (_is_a("RemoteProtocolError", "ReadError", "WriteError", "ConnectionError"), _cut),
    (_is_the_servers_own, _faltered),
)


# -- numbers in words ---------------------------------------------------------------------------------------------

_WINDOWS = (
    r">\s*([\d,]{3,})",
    r"(?:context|maximum)\D{0,40}(?:length|window|size|limit)\D{0,25}?([\d,]{3,})",
    r"(?:limit|maximum|up to|allowed|allows|supports)\D{0,30}([\d,]{3,})",
    r"([\d,]{3,})\D{0,10}(?:maximum|limit)",
)
"""Where providers name the size of a context; what was sent stands beside it."""


def window_in(line: str) -> int | None:
    """The tokens of context that a provider's complaint names, None where it names none."""
    found = (match for pattern in _WINDOWS if (match := re.search(pattern, line, re.IGNORECASE)))
    return next((int(match[1].replace(",", "")) for match in found), None)


def in_words(seconds: float) -> str:
    """`30 seconds`, `5 minutes`, `3 hours`."""
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.0f} hours"


# -- cures --------------------------------------------------------------------------------------------------------


def _key_hint(endpoint: Endpoint) -> str:
    if endpoint.key_variable:
        return f"Set {endpoint.key_variable} in the environment to a valid key, or take another model with --model."
    return "Give the server's key with INTERPRETER_API_KEY in the environment, or with --api-key."


def _start_hint(address: str) -> str:
    parts = urlsplit(address)
    if parts.port == 11434:
        return "Start Ollama: ollama serve"
    if parts.hostname in ("127.0.0.1", "localhost", "::1"):
        return "Start the model's server there, or correct the address (--api-base)."
    return "Look at the connection to the network and at the address (--api-base)."


def _name_hint(endpoint: Endpoint) -> str:
    if endpoint.model.startswith("ollama") or ":11434" in endpoint.address:
        return f"Fetch it: ollama pull {endpoint.model.rpartition('/')[2]}"
    if endpoint.address and "api.openai.com" not in endpoint.address:
        return "Look at the name, and at the address: for most servers it ends in /v1."
    matches = similar(endpoint.model)
    return f"Did you mean {' or '.join(matches)}?" if matches else "Look at the name: --model."
