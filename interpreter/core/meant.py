"""Code to run in a reply that has no fence for it: calls of tools written as text, JSON, bare Python.

An answer may hold code, JSON and tags too. So a call between tags is taken as one, while anything else counts only
where it is the whole reply, but for a line that leads to it.
"""

import ast
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from interpreter.core.called import Called, ToolCall, calls_in, code_in, direct
from interpreter.core.messages import CodeBlock
from interpreter.core.unlabelled import is_python_to_run, parsed

LanguageOf = Callable[[str], str | None]

LEAD = 200
"""Characters of the one line that may stand before code in JSON; more is an answer that shows some."""

LONGEST = 100_000
"""Characters of a reply that is looked at; what is longer is no proposal."""

_PHI = "functools"
"""What Phi writes before the list of its calls."""

_PARAMETER = re.compile(
    r"<parameter(?:=| name=\")(?P<name>\w+)\"?>\n?(?P<value>.*?)\n?</parameter>"
    r"|<arg_key>(?P<key>\w+)</arg_key>\s*<arg_value>(?P<argument>.*?)</arg_value>",
    re.DOTALL,
)
_BROKEN_CALL = re.compile(r"\"name\"\s*:\s*\"(?P<name>[\w.]+)\".*?(?P<code>\"code\"\s*:.*)\Z", re.DOTALL)
_NAME_BEFORE = re.compile(
    r"\s*(?:<[|\uff5c]?tool[_\u2581]calls?[_\u2581]begin[|\uff5c]?>|<function=|<invoke name=\")?\s*"
    r"(?:function\s*<\uff5ctool\u2581sep\uff5c>\s*)?(?P<name>[A-Za-z_][\w.]*(?::\d+)?)"
)
_BETWEEN = re.compile(
    r"<[|\uff5c][^<>\n]{1,40}[|\uff5c]>|\[(?:ARGS|CALL_ID)\]|</?s>|```(?:json|python)?[ \t]*$", re.MULTILINE
)
_JSON_FENCE = re.compile(
    r"(?P<lead>.*?)^[ \t]*```(?:json)?[ \t]*\n(?P<json>[^`]*)\n[ \t]*```\s*\Z", re.DOTALL | re.MULTILINE
)
_SAME_LINE = re.compile(r"^[ \t]*```(?P<tag>\w+)[ \t]+(?P<code>[^`\n]+)```\s*\Z", re.MULTILINE)
_REACT = re.compile(
    r"^Action:[ \t]*(?P<name>\w+)[ \t]*\nAction Input:[ \t]*(?P<input>.+?)\s*(?:^Observation:.*)?\Z",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Meant:
    """The prose of a reply, as far as it goes before the code, and the block."""

    before: str
    block: CodeBlock


def called(name: str, content: str, language_of: LanguageOf) -> CodeBlock | None:
    """The block in what stands between the tags of a call; `name` is what the tag itself says."""
    text = content.strip()
    if parameters := _parameters(text):
        match = _NAME_BEFORE.match(text)
        named = name or (match["name"] if match else "")
        return _block(code_in(ToolCall(named, json.dumps(parameters))), language_of)
    if name:
        return _block(code_in(ToolCall(name, text)), language_of) if text else None
    value = _first_json(text)
    if value is None and (match := _BROKEN_CALL.search(text)):
        return _block(code_in(ToolCall(match["name"], f"{{{match['code']}")), language_of)
    if isinstance(value, dict | list) and (block := _in_json(value, language_of)):
        return block
    match = _NAME_BEFORE.match(text)
    if match and _means_code(match["name"]):
        rest = _BETWEEN.sub("\n", text[match.end() :]).strip().rstrip("`")
        return _block(code_in(ToolCall(match["name"], rest)), language_of) if rest else None
    plain = _BETWEEN.sub("\n", text).strip()
    return CodeBlock("python", plain) if is_python_to_run(plain) and value is None else None


def _means_code(name: str) -> bool:
    return code_in(ToolCall(name, "x")) is not None


def meant(reply: str, language_of: LanguageOf) -> Meant | None:
    """The block that a whole reply stands for, although it has no fence to run."""
    text = reply.strip().removeprefix(_PHI)
    if not text or len(text) > LONGEST:
        return None
    if match := _SAME_LINE.search(reply):
        return _on_one_line(reply[: match.start()], match["tag"], match["code"], language_of)
    if match := _REACT.search(text):
        block = _block(code_in(ToolCall(match["name"], _unfenced(match["input"]))), language_of)
        return Meant(text[: match.start()], block) if block else None
    match = _JSON_FENCE.fullmatch(text)
    if match and "```" not in match["lead"]:
        lead, json_text = match["lead"], match["json"]
    else:
        lead, json_text = "", text
    if json_text.lstrip().startswith(("{", "[")):
        block = _in_json(_json(json_text), language_of) if _is_lead(lead) else None
        return Meant(lead, block) if block else None
    return _bare(text, language_of)


def _bare(text: str, language_of: LanguageOf) -> Meant | None:
    word, _, rest = text.partition("\n")
    language = language_of(word.strip()) if word.strip().isalnum() else None
    if language == "python" and is_python_to_run(rest.strip("\n"), assigns=True):
        return Meant("", CodeBlock(language, rest.strip("\n")))
    if language_of("python") and is_python_to_run(text, assigns=True) and _is_program(text):
        return Meant("", CodeBlock("python", text))
    return None


def _is_program(code: str) -> bool:
    """Whether it is of several statements that print something: one line alone is as likely an answer."""
    tree = parsed(code)
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)] if tree else []
    prints = any(isinstance(function, ast.Name) and function.id == "print" for function in calls)
    return prints and tree is not None and len(tree.body) > 1


def _on_one_line(before: str, tag: str, code: str, language_of: LanguageOf) -> Meant | None:
    language = language_of(tag)
    if language != "python" or "```" in before or not _is_lead(before) or not is_python_to_run(code.strip()):
        return None
    return Meant(before, CodeBlock(language, code.strip()))


def _is_lead(text: str) -> bool:
    return len(text.strip()) <= LEAD and "\n" not in text.strip()


def _in_json(value: Any, language_of: LanguageOf) -> CodeBlock | None:
    if isinstance(value, dict) and (block := _block(direct(value), language_of)):
        return block
    blocks = (_block(code_in(call), language_of) for call in calls_in(value))
    return next((block for block in blocks if block), None)


def _block(found: Called | None, language_of: LanguageOf) -> CodeBlock | None:
    language = language_of(found.language) if found else None
    return CodeBlock(language, found.code.strip("\r\n").replace("\r\n", "\n")) if found and language else None


def _parameters(text: str) -> dict[str, str]:
    return {m["name"] or m["key"]: m["value"] or m["argument"] or "" for m in _PARAMETER.finditer(text)}


def _unfenced(text: str) -> str:
    match = re.fullmatch(r"```\w*\n(.*?)\n?```", text, re.DOTALL)
    return match[1] if match else text


def _first_json(text: str) -> Any:
    """The JSON value that a text begins with, or that its one fence holds; None where there is none."""
    start = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=-1)
    if start < 0 or text[:start].strip() not in ("", "```json", "```"):
        return None
    return _json(text[start:])


def _json(text: str) -> Any:
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text.strip())
    except (ValueError, RecursionError):
        return None
    return value
