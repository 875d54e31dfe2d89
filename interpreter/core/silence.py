"""Why a block of Python printed nothing, or printed an error that it caught, as far as its syntax tells."""

import ast
from collections.abc import Iterator

LONGEST = 80
"""Characters of a condition that is told."""

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def why_silent(code: str) -> str:
    """In a few words why a block that prints has printed nothing; empty where it does not print, or nobody knows."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return ""
    prints = [node for node in ast.walk(tree) if _is_print(node)]
    if not prints or any(_is_print(node) for node in _reached(tree.body)):
        return ""
    conditions = [node for node in ast.walk(tree) if isinstance(node, ast.If) and any(map(_is_print, ast.walk(node)))]
    if not conditions:
        return ""
    condition = ast.unparse(conditions[-1].test)
    return f"`{condition}` was never true" if len(condition) <= LONGEST else "the condition was never true"


def printed_by_handlers(code: str) -> list[str]:
    """How the lines begin that a block prints where it has caught an exception."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return []
    handlers = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    prints = [node for handler in handlers for node in ast.walk(handler) if _is_print(node)]
    return [start for node in prints if isinstance(node, ast.Call) and len(start := _start(node).strip()) >= 3]


def _is_print(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"


def _reached(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """What runs whatever the data are: not what is in branches, loops and definitions."""
    for statement in body:
        if isinstance(statement, ast.With):
            yield from _reached(statement.body)
        elif not isinstance(statement, (ast.If, ast.For, ast.While, ast.Try, ast.Match, *_DEFINITIONS)):
            yield from ast.walk(statement)


def _start(call: ast.Call) -> str:
    """The text that a call of print begins with, as far as it is fixed."""
    match call.args[0] if call.args else None:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return text
    return ""
