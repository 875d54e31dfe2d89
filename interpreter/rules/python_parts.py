"""The shell commands in code for IPython: after `!`, in cells like `%%bash`, in `os.system` and its like."""

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from interpreter.core.python_paths import Names
from interpreter.core.python_reader import HARMLESS, SHELL
from interpreter.core.python_tree import parsed
from interpreter.rules.commands import SHELLS, Unclear

LONGEST = 200_000
"""Characters that are read."""
UNKNOWN = "$UNKNOWN"
"""Stands in a shell text for what Python puts there."""

_LINE = re.compile(r"^(?P<before>[ \t]*+(?:[\w.,][\w., \t]*+=[ \t]*+)?)(?P<sign>!!?|%)(?P<rest>.*)$")
_CELL = re.compile(r"\s*%%(?P<name>!|\w+)(?P<rest>[^\n]*)\n?(?P<body>.*)", re.DOTALL)
_PUT_IN = re.compile(r"(?<!\{)\{[^{}\n]+\}(?!\})")

_ALIASES_NAMES = "cat cp ldir lf lk ll ls lx man mkdir more mv rm rmdir less clear pip conda mamba micromamba uv"
_ALIASES = frozenset(_ALIASES_NAMES.split())
"""Line magics that run the command of their name; IPython takes the first words without a `%`, too."""
_OF_PYTHON = frozenset({"time", "timeit", "prun", "capture", "lprun", "memit", "mprun"})
_HARMLESS_NAMES = (
    "matplotlib pylab pwd who whos who_ls precision pprint config history xmode colors autosave reset reset_selective "
    "env lsmagic magic page pdoc pinfo psource quickref rerun store unload_ext logstop doctest_mode"
)
_HARMLESS = frozenset(_HARMLESS_NAMES.split())
_SHOWN_CELLS = frozenset({"html", "svg", "latex", "markdown", "writefile", "file"})
_IPYTHON = re.compile(r"get_ipython\.(?:system|getoutput|run_cell_magic|run_line_magic|run_cell|magic|getoutput)")


@dataclass(frozen=True, slots=True)
class Parts:
    """The shell texts in Python code, and what in it is not understood."""

    texts: tuple[str, ...] = ()
    unclear: tuple[Unclear, ...] = ()

    def __add__(self, other: "Parts") -> "Parts":
        return Parts(self.texts + other.texts, self.unclear + other.unclear)


def shell_parts(code: str) -> Parts:
    """The shell texts of a block for IPython. Never raises."""
    if len(code) > LONGEST:
        return Parts(unclear=(Unclear("it is too long to be read"),))
    try:
        return sum(_parts(code), Parts())
    except (RecursionError, MemoryError, ValueError):
        return Parts(unclear=(Unclear("it is nested too deeply to be read"),))


def without_magics(code: str) -> str:
    """The code with every line that only IPython understands replaced, line for line."""
    return "\n".join(_replaced(line) for line in code.replace("\r\n", "\n").split("\n"))


def _replaced(line: str) -> str:
    match = _LINE.match(line)
    return line if match is None else f"{match['before']}{'0' if '=' in match['before'] else 'pass'}"


def _parts(code: str) -> Iterator[Parts]:
    code = code.replace("\r\n", "\n").replace("\\\n", " ")
    if cell := _CELL.fullmatch(code):
        yield from _cell(cell["name"], cell["rest"].strip(), cell["body"])
        return
    word = code.strip().partition(" ")[0]
    if "\n" not in code.strip() and word in _ALIASES:
        yield Parts((code.strip(),))
    tree = parsed(code)
    if tree is None:
        for match in filter(None, map(_LINE.match, code.split("\n"))):
            yield from _line(match["sign"], match["rest"])
        tree = parsed(without_magics(code))
    if tree is None:
        yield Parts(unclear=(Unclear("it is not Python as we know it", hides="!" in code or "%" in code),))
        return
    yield from _calls(tree)


def _cell(name: str, rest: str, body: str) -> Iterator[Parts]:
    if name in SHELLS or name in ("!", "sx", "system"):
        yield Parts((f"{rest}\n{body}" if name in ("!", "sx", "system") else body,))
    elif name == "script":
        yield Parts((rest, *([body] if set(rest.split()) & SHELLS else [])), (Unclear("a script", hides=False),))
    elif name in _OF_PYTHON:
        yield from _parts(f"{rest}\n{body}" if parsed(rest) and name != "capture" else body)
    elif name not in _SHOWN_CELLS:
        yield Parts(unclear=(Unclear(f"%%{name} runs something else", hides=False),))
        yield from _parts(body)


def _line(sign: str, rest: str) -> Iterator[Parts]:
    word, _, after = rest.strip().partition(" ")
    if sign != "%" or word in ("sx", "system"):
        yield Parts((_PUT_IN.sub(UNKNOWN, rest if sign != "%" else after),))
    elif word in _ALIASES:
        yield Parts((_PUT_IN.sub(UNKNOWN, rest),))
    elif word in _OF_PYTHON:
        yield from _parts(after)
    elif word not in _HARMLESS:
        yield Parts(unclear=(Unclear(f"%{word} can run something else", hides=word in ("alias", "rehashx", "macro")),))


def _calls(tree: ast.Module) -> Iterator[Parts]:
    names = Names(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = names.dotted(node.func)
        if (SHELL.fullmatch(name) or _IPYTHON.fullmatch(name)) and not HARMLESS.fullmatch(name):
            yield from _called(name, node, names)


def _called(name: str, node: ast.Call, names: Names) -> Iterator[Parts]:
    given = [*node.args, *(each.value for each in node.keywords if each.arg in ("args", "cmd", "command"))]
    texts = [_text(each, names) for each in given]
    if name.endswith(("run_cell_magic", "run_line_magic", ".magic", ".run_cell")):
        if None in texts:
            yield Parts(unclear=(Unclear(f"what {name} runs does not stand there"),))
        elif name.endswith("run_cell_magic"):
            yield from _parts(f"%%{' '.join(filter(None, texts[:2]))}\n{''.join(filter(None, texts[2:]))}")
        else:
            yield from _parts(f"{'' if name.endswith('run_cell') else '%'}{' '.join(filter(None, texts))}")
        return
    if re.fullmatch(r"os\.(?:exec|spawn|posix_spawn)\w*|asyncio\.create_subprocess_exec", name):
        skipped = 1 if name.startswith("os.spawn") else 0
        words = [text for text in texts[skipped:] if text is not None]
        yield Parts((shlex.join(words),) if words else (), () if words else (Unclear(f"what {name} runs"),))
        return
    if not texts or texts[0] is None or not texts[0].strip():
        yield Parts(unclear=(Unclear(f"what {name} runs does not stand there"),))
        return
    yield Parts((texts[0],))


def _text(node: ast.expr, names: Names, depth: int = 5) -> str | None:
    """The command line that an expression stands for, with UNKNOWN for its unknown parts; None where all is unknown."""
    match node:
        case ast.Constant(str() as text):
            return text
        case ast.List(parts) | ast.Tuple(parts) if parts:
            words = [_text(part, names, depth - 1) for part in parts] if depth else []
            return " ".join(UNKNOWN if word is None else shlex.quote(word) for word in words) or None
        case ast.JoinedStr(parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else UNKNOWN for part in parts)
        case ast.BinOp(left, ast.Add(), right) if depth:
            both = [_text(each, names, depth - 1) for each in (left, right)]
            return None if both == [None, None] else "".join(UNKNOWN if each is None else each for each in both)
        case ast.Name(name) if name in names.assigned and depth:
            return _text(names.assigned[name], names, depth - 1)
        case _:
            return None
