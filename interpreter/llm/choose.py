"""Which adapter a model's name means, and which key opens it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from interpreter.llm.providers import PROVIDERS, known_variables, provider_at, provider_of

OPENAI_BASE = "https://api.openai.com/v1"

_OPENAI_NAME = re.compile(r"openai/|gpt-(?!oss)|o\d|chatgpt-|ft:gpt-", re.IGNORECASE)
_KEY_NAME = re.compile(r".*_API_(KEY|TOKEN|SECRET)S?(_\w+)?|API_KEY", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """How a model is reached; `api_base` is None where the adapter knows the address by the name.

    `key_variables` are the names under which its key may be found, the best first; none for a server of unknown
    owner, to which no provider's key is ever sent unasked.
    """

    adapter: Literal["openai", "litellm"]
    name: str
    api_base: str | None = None
    key_variables: tuple[str, ...] = ()

    def key(self, environ: Mapping[str, str]) -> str | None:
        """The key that the environment holds for this model."""
        return next((environ[name] for name in self.key_variables if environ.get(name)), None)


def choose(name: str, api_base: str | None = None) -> Choice:
    """The adapter for a model's name: any address means the OpenAI protocol, so do OpenAI's own names."""
    name = name.strip()
    if api_base:
        owner = provider_at(host_of(api_base))
        return Choice("openai", name, api_base, owner.variables if owner else ())
    if is_openai(name):
        return Choice("openai", name, OPENAI_BASE, ("OPENAI_API_KEY",))
    provider = provider_of(name)
    return Choice("litellm", name, None, provider.variables if provider else ())


def owner_of(name: str) -> str:
    """Whom a model's name without an address leads to: the first variable of its key, or the name's own prefix."""
    variables = choose(name).key_variables
    return variables[0] if variables else name.strip().partition("/")[0]


def is_openai(name: str) -> bool:
    """Whether a name without an address is one of OpenAI's own models."""
    return _OPENAI_NAME.match(name.strip()) is not None


def found_key(environ: Mapping[str, str]) -> tuple[str, str] | None:
    """The first provider whose key is there, with the model to take from it."""
    for provider in PROVIDERS:
        if provider.default and any(environ.get(variable, "").strip() for variable in provider.variables):
            return provider.prefix, provider.default
    return None


def key_variables(environ: Mapping[str, str] = os.environ) -> frozenset[str]:
    """Those names in `environ` that hold providers' keys: known ones, and all that are named like one."""
    known = known_variables()
    return frozenset(name for name in environ if name in known or _KEY_NAME.fullmatch(name))


def host_of(address: str) -> str:
    """The host name in an address, empty where there is none."""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""
