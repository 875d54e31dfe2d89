"""The commands of a shell text by bash's grammar, wherever they stand in it."""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from interpreter.core.visible import hidden_in
from interpreter.rules.commands import Command, Found, Redirect, Unclear, Word
from interpreter.rules.told_commands import told_by
from interpreter.rules.words import text_of, word_of

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

LONGEST = 50_000
"""Characters that are read; what is longer is not understood."""
MOST = 50
"""Commands in a text that a rule may allow: nobody follows more at a glance."""
DEEPEST = 4
"""How far commands are followed that commands are told to run."""

_PLAIN_NODES = (
    "program list pipeline command command_name word string string_content raw_string number concatenation "
    "redirected_statement file_redirect file_descriptor comment subshell compound_statement if_statement elif_clause "
    "else_clause while_statement for_statement do_group simple_expansion variable_name special_variable_name "
    "command_substitution process_substitution negated_command heredoc_redirect heredoc_start heredoc_body "
    "heredoc_content heredoc_end herestring_redirect"
)
_PLAIN = frozenset(_PLAIN_NODES.split())
"""What a text may be made of beside its commands for a rule to allow it; all else can do something by itself."""

_BROKEN = re.compile(r"(?<=\S)\\\n(?=\S)")
_BACKQUOTED = re.compile(r"`([^`]*)`?")
_SUBSCRIPT = re.compile(r"\w\[[^\]]*(?:\$\(|\$\{|`)")
_LOOP_VARIABLE = re.compile(r"[a-z][a-z0-9]{0,15}")
"""Names that no program looks up in its environment."""


def read_shell(text: str, depth: int = DEEPEST) -> Found:
    """What a text holds. Never raises, and runs nothing."""
    unclear = [Unclear("it contains hidden characters")] if hidden_in(text) else []
    if len(text) > LONGEST or depth <= 0:
        return Found(unclear=(*unclear, Unclear("it is too long to be read")))
    found = sum(_nodes(_root(text), depth), Found(unclear=tuple(unclear)))
    # The shell goes on in the same word, where the grammar sees two; whether it does so here, quotes decide.
    if (joined := _BROKEN.sub("", text)) != text:
        found += sum(_nodes(_root(joined), depth), Found(unclear=(Unclear("a word in two lines", hides=False),)))
    if len(found.commands) > MOST:
        found += Found(unclear=(Unclear(f"it has more than {MOST} commands", hides=False),))
    return found


def _root(text: str) -> "Node":
    return _parser().parse(text.encode("utf-8", "surrogatepass")).root_node


@cache
def _parser() -> "Parser":
    from tree_sitter import Language, Parser
    from tree_sitter_bash import language

    return Parser(Language(language()))


def _nodes(root: "Node", depth: int) -> Iterator[Found]:
    """What each node means; redirections count for all commands that stand in them."""
    waiting: list[tuple[Node, tuple[Redirect, ...]]] = [(root, ())]
    while waiting:
        node, redirects = waiting.pop()
        if node.type == "redirected_statement":
            redirects = (*redirects, *_redirects(node))
        yield from _node(node, redirects, depth)
        waiting += [(child, redirects) for child in reversed(node.children)]


def _node(node: "Node", redirects: tuple[Redirect, ...], depth: int) -> Iterator[Found]:
    if node.type == "ERROR" or node.is_missing:
        yield Found(unclear=(Unclear("it is not complete, or not understood"),))
    elif node.is_named and (said := _beside(node)):
        yield Found(beside=(said,))
    match node.type:
        case "command":
            yield from _command(node, redirects, depth)
        case "redirected_statement" if not any(each.type not in _REDIRECTS for each in node.named_children):
            yield Found(beside=("a file that is written without a command",))
        case "function_definition" if (name := node.child_by_field_name("name")) is not None:
            yield Found(defines=frozenset({text_of(name)}))
        case "command_substitution" if text_of(node).startswith("`") and "\\" in text_of(node):
            yield Found(unclear=(Unclear("there are backquotes in backquotes"),))
        case "expansion" if "`" in text_of(node):
            yield Found(unclear=(Unclear("there are backquotes in ${…}"),))
            yield from (read_shell(text, depth - 1) for text in _BACKQUOTED.findall(text_of(node)))
        case "raw_string" | "string" | "word" | "concatenation" if _SUBSCRIPT.search(text_of(node)):
            # Some builtins take text for the name of a variable, and run what stands in its brackets.
            yield Found(unclear=(Unclear("there is a command in brackets"),))
            yield read_shell((word_of(node).text or text_of(node)).partition("[")[2].rpartition("]")[0], depth - 1)
        case "heredoc_redirect":
            yield from _document(node, depth)
        case "file_redirect" | "herestring_redirect" | "variable_assignment" | "for_statement" | "case_statement":
            yield Found(words=tuple(word_of(each) for each in node.named_children if each.type in _WORDS))


_REDIRECTS = frozenset({"file_redirect", "heredoc_redirect", "herestring_redirect"})
_WORDS = frozenset({"word", "string", "raw_string", "concatenation", "ansi_c_string", "simple_expansion", "expansion"})


def _beside(node: "Node") -> str:
    """What a rule about commands cannot cover, empty where there is nothing of the kind."""
    if node.type == "expansion" and re.fullmatch(r"\$\{\w+\}", text_of(node)):
        return ""
    if node.type == "compound_statement" and text_of(node).startswith("(("):
        return "arithmetic"
    if node.type == "for_statement":
        name = node.child_by_field_name("variable")
        return "" if name is not None and _LOOP_VARIABLE.fullmatch(text_of(name)) else "a variable that is set"
    return "" if node.type in _PLAIN else node.type.replace("_", " ")


def _command(node: "Node", redirects: tuple[Redirect, ...], depth: int) -> Iterator[Found]:
    named = node.child_by_field_name("name")
    own = (*redirects, *_redirects(node))
    if named is None:
        yield Found(beside=("a command without a name",))
        return
    command = Command(
        word_of(named),
        tuple(word_of(child) for child in node.children_by_field_name("argument")),
        own,
        any(child.type == "variable_assignment" for child in node.named_children),
    )
    if command.name.text is None or command.name.is_pattern:
        yield Found((command,), (Unclear(f"the name of a command, {_short(command.name)}, is not plain text"),))
        return
    yield Found((command,))
    yield told_by(command, _documents(node), lambda text: read_shell(text, depth - 1))


def _document(node: "Node", depth: int) -> Iterator[Found]:
    """What the grammar does not see in a here-document whose text the shell expands."""
    parts = {each.type: text_of(each) for each in node.named_children}
    body, end = parts.get("heredoc_body", ""), parts.get("heredoc_end", "")
    if any(sign in parts.get("heredoc_start", "") for sign in "'\"\\"):
        return
    if end.strip("\t\n") != parts.get("heredoc_start") or "\\\n" in body:
        yield Found(unclear=(Unclear("the end of a here-document"),))
    if "`" in body:
        yield Found(unclear=(Unclear("there are backquotes in a here-document"),))
        yield from (read_shell(text, depth - 1) for text in _BACKQUOTED.findall(body))


def _redirects(node: "Node") -> tuple[Redirect, ...]:
    found = []
    for child in node.named_children:
        target = child.child_by_field_name("destination") if child.type == "file_redirect" else None
        if target is not None:
            sign = next((text_of(each) for each in child.children if not each.is_named), ">")
            is_descriptor = sign in (">&", "<&") and re.fullmatch(r"\d+|-", text_of(target)) is not None
            if not is_descriptor:
                found.append(Redirect(word_of(target), sign != "<"))
    return tuple(found)


def _documents(node: "Node") -> tuple[str, ...]:
    """The here-documents and here-strings that a command reads."""
    around = [node, node.parent] if node.parent is not None and node.parent.type == "redirected_statement" else [node]
    texts = []
    for each in around:
        for child in each.named_children:
            bodies = [part for part in child.named_children if part.type == "heredoc_body"]
            texts += [text_of(part) for part in bodies]
            if child.type == "herestring_redirect" and child.named_children:
                texts.append(word_of(child.named_children[-1]).text or "$UNKNOWN")
    return tuple(texts)


def _short(word: Word) -> str:
    return word.source if len(word.source) <= 30 else f"{word.source[:29]}…"
