"""The texts in code that may be paths."""

import ast
import re
from collections.abc import Iterator

from interpreter.core.messages import CodeBlock
from interpreter.core.python_paths import Names, path_of
from interpreter.core.python_tree import parsed
from interpreter.rules.python_parts import without_magics

_LITERAL = re.compile(r"""'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`""")


def literals(block: CodeBlock) -> Iterator[str]:
    """What stands in quotes, and in Python also the paths that are put together of it."""
    tree = None
    if block.language == "python":
        tree = parsed(block.code) or parsed(without_magics(block.code))
    if tree is None:
        yield from ("".join(found) for found in _LITERAL.findall(block.code))
        return
    names = Names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp | ast.Call):
            path = path_of(node, names)
            if path and "\n" not in path:
                yield path
        if isinstance(node, ast.Constant) and isinstance(node.value, bytes):
            yield node.value.decode("utf-8", "replace")
