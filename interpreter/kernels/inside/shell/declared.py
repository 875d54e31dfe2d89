"""Reads what `declare -p` writes: variables with their flags and values, quoted as bash quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

START = re.compile(r"declare -(\S+) ([A-Za-z_]\w*)(=?)")
PIECE = re.compile(r"\$'([^'\\]*(?:\\.[^'\\]*)*)'|\"([^\"\\]*(?:\\.[^\"\\]*)*)\"|\\(.)|([^\s\"$\\()]+|\$)", re.DOTALL)
"""A part of a word: in dollar quotes, in double quotes, one escaped character, or plain."""
ITEM = re.compile(r"\[((?:\"[^\"\\]*(?:\\.[^\"\\]*)*\"|\$'[^'\\]*(?:\\.[^'\\]*)*'|[^\]])*)\]=")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
ESCAPED = re.compile(r"\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|.)", re.DOTALL)


@dataclass(frozen=True)
class Declared:
    """A variable; arrays have items, by their keys, and any other has a value. None: declared, but not set."""

    name: str
    flags: str
    value: str | dict[str, str] | None
    source: str


def declared(text: str) -> Iterator[Declared]:
    """The variables at the beginning of a text, up to the first line that is none."""
    at = 0
    while start := START.match(text, at):
        flags, name, has_value = start.groups()
        value: str | dict[str, str] | None = None
        end = start.end()
        if has_value and text[end : end + 1] == "(":
            value, end = items(text, end + 1)
        elif has_value:
            value, end = word(text, end)
        yield Declared(name, flags, value, text[at:end])
        at = end + 1


def items(text: str, at: int) -> tuple[dict[str, str], int]:
    """The items of an array from behind its bracket on, and where it ends."""
    found = {}
    while at < len(text) and text[at] != ")":
        if key := ITEM.match(text, at):
            value, at = word(text, key.end())
            found[word(key[1], 0)[0]] = value
        else:
            at += 1
    return found, at + 1


def word(text: str, at: int) -> tuple[str, int]:
    """A word without its quotes, and where it ends."""
    parts = []
    while piece := PIECE.match(text, at):
        dollar, double, escaped, plain = piece.groups()
        if dollar is not None:
            parts.append(ESCAPED.sub(unescaped, dollar))
        elif double is not None:
            parts.append(re.sub(r"\\([\\\"$`])", r"\1", double))
        else:
            parts.append(escaped if escaped is not None else plain)
        at = piece.end()
    return "".join(parts), at


def unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "xuU" and len(code) > 1:
        return chr(min(int(code[1:], 16), 0x10FFFF))
    if code[0] in "01234567":
        return chr(int(code, 8))
    return ESCAPES.get(code, code)
