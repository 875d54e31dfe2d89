"""Whether code in a fence without a language is Python that is meant to be run."""

import ast

from interpreter.core import python_tree

# Parsing takes about 1 kB of memory a character; what is longer than this is data, not a proposal.
LONGEST_CODE = 100_000

_ALWAYS = (
    ast.Import
    | ast.ImportFrom
    | ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.ClassDef
    | ast.For
    | ast.AsyncFor
    | ast.While
    | ast.With
    | ast.AsyncWith
    | ast.Try
    | ast.TryStar
)
_HARMLESS = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.If


def is_python_to_run(code: str, *, assigns: bool = False) -> bool:
    """Whether it parses, and each top-level statement does something that output or prose would hardly look like.

    With `assigns`, statements may assign any value, if one does more than that.
    """
    tree = parsed(code)
    if tree is None or not any(map(_acts, tree.body)):
        return False
    return all(_acts(statement) or (assigns and isinstance(statement, _HARMLESS)) for statement in tree.body)


def parsed(code: str) -> ast.Module | None:
    """The syntax tree of Python that may be a proposal; None where it is none, or too long for one."""
    return python_tree.parsed(code) if len(code) <= LONGEST_CODE else None


def _acts(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr | ast.Assign | ast.AnnAssign | ast.AugAssign):
        return isinstance(statement.value, ast.Call)
    return isinstance(statement, _ALWAYS)
