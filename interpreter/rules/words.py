"""A word of a shell text as the shell reads it, as far as that can be told without running anything."""

import re
from typing import TYPE_CHECKING

from interpreter.rules.commands import Word

if TYPE_CHECKING:
    from tree_sitter import Node

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED_IN_STRING = re.compile(r'\\([\\"$`\n])')
_PATTERN = re.compile(r"[*?\[{}]")


def text_of(node: "Node") -> str:
    """What was written."""
    return (node.text or b"").decode("utf-8", "surrogatepass")


def word_of(node: "Node") -> Word:
    """The word that a node is."""
    source = text_of(node)
    value, is_pattern = _value(node, source)
    return Word(value, source, is_pattern)


def _value(node: "Node", source: str) -> tuple[str | None, bool]:
    match node.type:
        case "word":
            bare = _ESCAPED.sub("", source)
            return _ESCAPED.sub(_unescaped, source), bool(_PATTERN.search(bare))
        case "command_name" if node.named_child_count == 1 and (only := node.named_child(0)) is not None:
            return _value(only, text_of(only))
        case "raw_string":
            return source[1:-1], False
        case "number" if not node.named_child_count:
            return source, False
        case "string" if all(child.type == "string_content" for child in node.named_children):
            return _ESCAPED_IN_STRING.sub(_unescaped, source[1:-1]), False
        case "concatenation":
            return _joined(node)
    return None, True


def _joined(node: "Node") -> tuple[str | None, bool]:
    parts = [_value(child, text_of(child)) for child in node.children]
    is_pattern = any(is_pattern for _, is_pattern in parts)
    texts = [text for text, _ in parts]
    return (None if None in texts else "".join(text or "" for text in texts)), is_pattern


def _unescaped(match: re.Match[str]) -> str:
    return "" if match[1] == "\n" else match[1]
