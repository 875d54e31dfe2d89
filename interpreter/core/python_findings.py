"""What stands out in Python code, by its syntax tree: text in a string is text, and not a command."""

import re
from collections.abc import Iterator

from interpreter.core.findings import Finding, written
from interpreter.core.python_reader import DELETES, NETWORK, SHELL, Reader
from interpreter.core.python_tree import parsed
from interpreter.core.shell_findings import shell_findings

LONGEST = 200_000
"""Characters that are parsed: a fraction of a second, and 200 MB at worst."""

_LITERAL = re.compile(
    r"""#[^\n]*|'''.*?(?:'''|\Z)|\"\"\".*?(?:\"\"\"|\Z)|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*\"""", re.DOTALL
)
_CALLED = re.compile(r"(?<![\w.])[\w.]++(?=\()")
_IMPORTED = re.compile(r"(?m)^[ \t]*(?:import|from)[ \t]+([\w.]+)")
_MAGIC = re.compile(r"^(?P<before>[ \t]*+(?:[\w.,][\w., \t]*+=[ \t]*+)?)(?P<sign>!!?|%)(?P<rest>.*)$")
_CELL = re.compile(r"\s*%%(?P<name>!|\w+)(?P<rest>[^\n]*)\n?(?P<body>.*)", re.DOTALL)


def python_findings(code: str, folder: str) -> Iterator[Finding]:
    """What stands out in code for IPython, which may hold shell commands; what does not parse is looked through."""
    if cell := _CELL.fullmatch(code):
        yield from _cell(cell, folder)
        return
    tree = parsed(code)
    if tree is None:
        lines = [_MAGIC.match(line) for line in code.split("\n")]
        for magic in filter(None, lines):
            yield from _magic(magic, folder)
        pairs = zip(code.split("\n"), lines, strict=True)
        tree = parsed("\n".join(f"{magic['before']}{'0' if '=' in magic['before'] else 'pass'}" if magic else line
                                 for line, magic in pairs))  # fmt: skip
    yield from Reader(tree, folder).findings() if tree is not None else _rough(code)


def _rough(code: str) -> Iterator[Finding]:
    """What stands out in code that is no Python as we know it, by its words outside of strings."""
    bare = _LITERAL.sub("''", code)
    for name in _CALLED.findall(bare):
        if name in DELETES:
            yield Finding("deletes files", name)
        elif SHELL.fullmatch(name):
            yield Finding("shell", name)
    for module in _IMPORTED.findall(bare):
        if module in NETWORK:
            yield Finding("network", module)


def _cell(cell: re.Match[str], folder: str) -> Iterator[Finding]:
    name = cell["name"]
    if name in ("bash", "sh", "script", "!", "sx", "system"):
        yield Finding("shell", f"%%{name}")
        yield from shell_findings(cell["body"], folder)
    elif name in ("writefile", "file"):
        yield from written(cell["rest"].replace("-a", "").strip(), folder)
    else:
        yield from python_findings(cell["body"], folder)


def _magic(magic: re.Match[str], folder: str) -> Iterator[Finding]:
    word, _, rest = magic["rest"].partition(" ")
    if magic["sign"] != "%":
        yield Finding("shell", "!")
        yield from shell_findings(magic["rest"], folder)
    elif word in ("sx", "system"):
        yield Finding("shell", f"%{word}")
        yield from shell_findings(rest, folder)
    else:
        # %pip, %conda, %rm, %cp and their like do what the commands do.
        yield from shell_findings(magic["rest"], folder)
