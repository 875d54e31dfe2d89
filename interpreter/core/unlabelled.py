"""Whether code in a fence without a language is Python that is meant to be run."""

import ast
import warnings

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


def is_python_to_run(code: str) -> bool:
    """Whether it parses, and each top-level statement does something that output or prose would hardly look like."""
    if len(code) > LONGEST_CODE:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes are the model's affair, not news for the terminal
            statements = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return bool(statements) and all(map(_acts, statements))


def _acts(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr | ast.Assign | ast.AnnAssign | ast.AugAssign):
        return isinstance(statement.value, ast.Call)
    return isinstance(statement, _ALWAYS)
