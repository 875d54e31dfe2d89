"""What a model means that calls a tool although it was given none: mostly, code to run."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from interpreter.core.ports import CodeDelta, TextDelta

_LANGUAGES = {
    "python": "python",
    "python3": "python",
    "py": "python",
    "ipython": "python",
    "jupyter": "python",
    "bash": "bash",
    "sh": "bash",
    "shell": "bash",
    "javascript": "javascript",
    "r": "r",
}
_RUNNERS = frozenset({"code", "execute", "run", "execute_code", "run_code", "exec", "interpreter", "code_interpreter"})
_CODE_KEYS = ("code", "source", "script", "command", "cmd", "input")
_LANGUAGE_KEYS = ("language", "lang")


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function's name and its arguments as the model wrote them, mostly JSON."""

    name: str
    arguments: str


def understood(calls: Iterable[ToolCall]) -> CodeDelta | TextDelta | None:
    """The first call that is code; where none is, a line on what the model wanted; None without calls."""
    calls = tuple(calls)
    for call in calls:
        if code := _code_of(call):
            return code
    if not calls:
        return None
    wanted = "; ".join(f"{call.name or 'a tool'}({call.arguments})" for call in calls)
    return TextDelta(f"(The model asked for a tool that does not exist here: {wanted})")


def _code_of(call: ToolCall) -> CodeDelta | None:
    named = _language_in(call.name)
    value = _value(call.arguments)
    if isinstance(value, str):
        return CodeDelta(named, value) if named and value.strip() else None
    # without a name that means code, `input` or `command` are as likely the arguments of some other tool
    keys = _CODE_KEYS if named else ("code",)
    code = next((value[key] for key in keys if isinstance(value.get(key), str)), None)
    if not code or not code.strip():
        return None
    language = next((value[key] for key in _LANGUAGE_KEYS if isinstance(value.get(key), str)), None)
    return CodeDelta((language or named or "python").strip().lower(), code)


def _value(arguments: str) -> dict[str, Any] | str:
    """The arguments' object, or the code that they are instead of one."""
    try:
        value = json.loads(arguments, strict=False)
    except ValueError:
        is_broken_json = arguments.lstrip().startswith('{"')
        return "" if is_broken_json else arguments
    if isinstance(value, dict | str):
        return value
    return arguments


def _language_in(name: str) -> str | None:
    """`functions.execute_python` means Python, and so does `run_code`, which names no language."""
    plain = name.rpartition(".")[2].strip().lower()
    if plain in _RUNNERS:
        return "python"
    words = plain.replace("-", "_").split("_")
    is_runner = len(words) == 1 or bool({"execute", "run", "exec", "code"} & set(words))
    return next((_LANGUAGES[word] for word in words if word in _LANGUAGES), None) if is_runner else None
