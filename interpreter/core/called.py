"""The code in a call of a tool, whatever the model calls it and however it writes its arguments."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
_NAME_KEYS = ("name", "tool", "tool_name", "function", "function_name", "action", "recipient_name")
_ARGUMENT_KEYS = ("arguments", "parameters", "args", "input", "tool_input", "action_input", "kwargs")
_BESIDES = frozenset(
    {*_LANGUAGE_KEYS, "code", "type", "explanation", "description", "thought", "thoughts", "reasoning"}
)
_LAST_CODE = re.compile(r'"code"\s*:\s*(?:"""(?P<long>.*)"""|"(?P<code>.*)")[\s}\]]*$', re.DOTALL)
_ESCAPE = re.compile(r'\\[nt"\\]')
_ESCAPES = {r"\n": "\n", r"\t": "\t", r"\"": '"', "\\\\": "\\"}


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function's name and its arguments as the model wrote them, mostly JSON."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Called:
    """Code, and its language as the model named it; `python` where it did not."""

    language: str
    code: str


def code_in(call: ToolCall) -> Called | None:
    """The code that a call means; None where it asks for something else."""
    named = _language_in(call.name)
    value = _value(call.arguments)
    if isinstance(value, str):
        return Called(named, value) if named and value.strip() else None
    # without a name that means code, `input` or `command` are as likely the arguments of some other tool
    keys = _CODE_KEYS if named else ("code",)
    code = next((value[key] for key in keys if isinstance(value.get(key), str)), None)
    if not code or not code.strip():
        return None
    return Called((_language_key(value) or named or "python").strip().lower(), code)


def calls_in(value: Any) -> Iterator[ToolCall]:
    """The calls that a JSON value stands for: `{"name": …, "arguments": {…}}` under any of its usual keys, or many."""
    if isinstance(value, list):
        for item in value:
            yield from calls_in(item)
    if not isinstance(value, dict):
        return
    inner = value.get("function")
    if isinstance(inner, dict):
        yield from calls_in(inner)
    name = next((value[key] for key in _NAME_KEYS if isinstance(value.get(key), str)), None)
    arguments = next((value[key] for key in _ARGUMENT_KEYS if key in value), None)
    if name is not None and arguments is not None:
        yield ToolCall(name, arguments if isinstance(arguments, str) else json.dumps(arguments))
    elif isinstance(value.get("tool_calls"), list):
        yield from calls_in(value["tool_calls"])


def direct(value: Mapping[str, Any]) -> Called | None:
    """`{"language": "python", "code": "…"}`, with nothing else beside it that an answer in JSON would have."""
    code, language = value.get("code"), _language_key(value)
    if not isinstance(code, str) or not code.strip() or not language or set(value) - _BESIDES:
        return None
    return Called(language.strip().lower(), code)


def _language_key(value: Mapping[str, Any]) -> str | None:
    return next((value[key] for key in _LANGUAGE_KEYS if isinstance(value.get(key), str)), None)


def _value(arguments: str) -> dict[str, Any] | str:
    """The arguments' object, or the code that they are instead of one."""
    try:
        value = json.loads(arguments, strict=False)
    except ValueError:
        is_broken_json = re.match(r'\s*\{\s*"', arguments)
        return _broken(arguments) if is_broken_json else arguments
    if isinstance(value, dict | str):
        return value
    return arguments


def _broken(arguments: str) -> dict[str, Any] | str:
    """The code of an object whose quotes or line ends are not escaped as JSON wants it, if code comes last in it."""
    match = _LAST_CODE.search(arguments)
    if match is None:
        return ""
    code = match["long"] if match["long"] is not None else match["code"]
    return {"code": _ESCAPE.sub(lambda escape: _ESCAPES[escape[0]], code)} if "\n" not in code else {"code": code}


def _language_in(name: str) -> str | None:
    """`functions.execute_python` means Python, and so does `run_code`, which names no language."""
    plain = re.sub(r":\d+$", "", name.strip()).rpartition(".")[2].strip().lower()
    if plain in _RUNNERS:
        return "python"
    words = plain.replace("-", "_").split("_")
    is_runner = len(words) == 1 or bool({"execute", "run", "exec", "code"} & set(words))
    return next((_LANGUAGES[word] for word in words if word in _LANGUAGES), None) if is_runner else None
