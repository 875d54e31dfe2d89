"""What the user can choose, and how the places where it is chosen are merged."""

import difflib
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypedDict, get_args, get_type_hints

from interpreter.core.errors import WrongUsage


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; flags, keywords and INTERPRETER_<NAME> variables have the same names."""

    model: str | None = None
    local: bool = False
    api_base: str | None = None
    api_key: str | None = field(default=None, repr=False)
    auto_run: bool = False
    python: Path | None = None
    kernel_server: str | None = field(default=None, repr=False)
    timeout: float | None = None
    max_steps: int = 50
    max_budget: float | None = None
    input_price: float | None = None
    output_price: float | None = None
    state_card: bool | None = None
    temperature: float | None = None
    max_output_tokens: int | None = None
    context_window: int | None = None
    first_token_timeout: float = 60.0
    gap_timeout: float = 60.0
    tool_calling: bool | None = None
    system_message: str | None = None
    instructions: str | None = None
    cwd: Path | None = None
    bell: float | None = None
    graphics: str = "auto"
    private: bool = False
    interactive: bool = False
    plain: bool = False
    json: bool = False
    verbose: bool = False


class Keywords(TypedDict, total=False):
    """The settings as keywords of `OpenInterpreter` and `execute`."""

    model: str | None
    local: bool
    api_base: str | None
    api_key: str | None
    auto_run: bool
    python: Path | str | None
    kernel_server: str | None
    timeout: float | None
    max_steps: int
    max_budget: float | None
    input_price: float | None
    output_price: float | None
    state_card: bool | None
    temperature: float | None
    max_output_tokens: int | None
    context_window: int | None
    first_token_timeout: float
    gap_timeout: float
    tool_calling: bool | None
    system_message: str | None
    instructions: str | None
    cwd: Path | str | None
    private: bool
    verbose: bool


PREFIX = "INTERPRETER_"
CHOICES: Mapping[str, tuple[str, ...]] = {"graphics": ("auto", "kitty", "iterm2", "sixel", "blocks", "none")}
"""The words that a setting takes, where these are few."""
_POSITIVE = (
    "timeout",
    "max_steps",
    "max_budget",
    "max_output_tokens",
    "context_window",
    "first_token_timeout",
    "gap_timeout",
)


def resolve(environ: Mapping[str, str], given: Mapping[str, Any]) -> Settings:
    """Merge: defaults, then the environment, then what was given (flags or keywords; None is not given).

    Raises WrongUsage for an unknown name or a value of the wrong type.
    """
    named = {name: value for name, value in given.items() if value is not None}
    found = from_environment(environ)
    if named.get("local") and "model" not in named:
        # Whoever says `--local` now means it, whatever model and address the environment names.
        found = {name: value for name, value in found.items() if name not in ("model", "api_base", "api_key")}
    values = {**found, **named}
    for name in values:
        _check_name(name)
    converted = {name: _convert(name, value, f"{name}={value!r}") for name, value in values.items()}
    return Settings(**converted)


def from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """The settings in INTERPRETER_<NAME> variables; empty ones and names that are no setting are passed over."""
    found = {}
    for each in fields(Settings):
        variable = f"{PREFIX}{each.name.upper()}"
        if environ.get(variable):
            found[each.name] = _convert(each.name, environ[variable], f"{variable}={environ[variable]!r}")
    return found


def _check_name(name: str) -> None:
    names = [each.name for each in fields(Settings)]
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"The settings are: {', '.join(names)}."
        raise WrongUsage(f"There is no setting {name!r}.", hint)


def _convert(name: str, value: Any, said: str) -> Any:
    kind = _kind(name)
    if name in ("api_key", "kernel_server"):
        said = name
    try:
        converted = _CONVERTERS.get(kind, kind)(value)
    except (TypeError, ValueError) as error:
        wanted = {bool: "yes or no", int: "a whole number", float: "a number"}.get(kind, "text")
        raise WrongUsage(f"{said} cannot be used: {name} takes {wanted}.", f"Correct or remove {name}.") from error
    if name in CHOICES and converted not in CHOICES[name]:
        raise WrongUsage(f"{said} cannot be used.", f"{name} takes one of: {', '.join(CHOICES[name])}.")
    if name in _POSITIVE and not converted > 0:
        raise WrongUsage(f"{said} cannot be used: {name} takes a number above 0.", f"Correct or remove {name}.")
    return converted


def _kind(name: str) -> Any:
    hint = get_type_hints(Settings)[name]
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    return kinds[0] if kinds else hint


def _as_bool(value: Any) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in words:
        raise ValueError(word)
    return words[word]


def _as_whole(value: Any) -> int:
    return int(value) if isinstance(value, str) else operator.index(value)


def _as_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


_CONVERTERS: dict[Any, Callable[[Any], Any]] = {bool: _as_bool, int: _as_whole, str: _as_text}
