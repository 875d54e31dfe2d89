"""Python code as a syntax tree."""

import ast
import warnings


def parsed(code: str) -> ast.Module | None:
    """The syntax tree of Python code, None where it is none. Takes about 1 kB of memory a character."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes are the model's affair, not news for the terminal
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
