"""Checks that a person would agree with: the right number, name, line or function in what they read."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from tests.evals.task import Outcome

Check: TypeAlias = Callable[[Outcome], bool]

# `1,234,567`, `1 234 567`, `1_234_567`, `1'234'567` with ordinary, no-break and thin spaces
_THOUSANDS = re.compile(r"(?<=\d)[,_'’ \u00a0\u202f\u2009](?=\d{3}(?!\d))")  # noqa: RUF001
_DOTTED_THOUSANDS = re.compile(r"(?<=\d)\.(?=\d{3}(?!\d))")


def number(value: int | float | str) -> Check:
    """The text has this number as a token of its own; a string fixes the decimals, an integer allows `.0`."""
    digits = str(value)
    pattern = re.escape(digits).replace(r"\.", "[.,]") + (r"(?:[.,]00?)?" if isinstance(value, int) else "0*")
    token = re.compile(rf"(?<![A-Za-z0-9_])(?<!\d[.,/:-])(?<![-.])(?:{pattern})(?![A-Za-z0-9_]|[.,/:-]\d)")

    def check(outcome: Outcome) -> bool:
        text = outcome.text
        readings = (text, _THOUSANDS.sub("", text), _DOTTED_THOUSANDS.sub("", text))
        return any(token.search(reading) for reading in readings)

    return check


def name(answer: str, rather_than: Sequence[str] = ()) -> Check:
    """The text names the answer, as a word, and at most one of the other candidates."""

    def is_named(word: str, text: str) -> bool:
        return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) is not None

    def check(outcome: Outcome) -> bool:
        others = sum(is_named(other, outcome.text) for other in rather_than if other != answer)
        return is_named(answer, outcome.text) and others <= 1

    return check


def phrase(answer: str) -> Check:
    """The text has these words, however it breaks and spaces them."""
    return lambda outcome: " ".join(answer.split()) in " ".join(outcome.text.split())


def file_has(path: str, content: str) -> Check:
    """The file has this content, but for white space at the ends of lines and at its own end."""

    def lines(text: str) -> list[str]:
        return [line.rstrip() for line in text.rstrip().splitlines()]

    return lambda outcome: lines((outcome.folder / path).read_text("utf-8")) == lines(content)


def folder_has(*paths: str, no: Sequence[str] = ()) -> Check:
    """These paths exist, those others do not."""
    return lambda outcome: (
        all((outcome.folder / path).exists() for path in paths)
        and not any((outcome.folder / path).exists() for path in no)
    )


def both(first: Check, second: Check) -> Check:
    """One and the other."""
    return lambda outcome: first(outcome) and second(outcome)


def function(cases: Mapping[str, object]) -> Check:
    """The text holds a function that gives, for each argument list (`"5"`, `"2, 'a'"`), this value."""
    return lambda outcome: any(_gives(source, cases) for source in _sources(outcome.text))


def _sources(text: str) -> list[str]:
    fenced = re.findall(r"^[ \t]*(?:```|~~~)[^\n]*\n(.*?)(?:^[ \t]*(?:```|~~~)|\Z)", text, re.DOTALL | re.MULTILINE)
    bare = re.findall(r"^def .*\n(?:(?:[ \t].*)?\n?)*", text, re.MULTILINE)
    return [*fenced, "\n".join(fenced), *bare]


_GOOD = 33
_PROBE = """
import json, sys
source, names, cases = json.loads(sys.stdin.read())
scope = {"__name__": "probe"}
exec(source, scope)
for name in names:
    try:
        good = all(eval(f"{name}({arguments})", scope) == value for arguments, value in cases.items())
    except BaseException:
        good = False
    if good:
        sys.exit(33)
sys.exit(1)
"""


def _gives(source: str, cases: Mapping[str, object]) -> bool:
    """Run the definitions alone in a process of their own: what else the code does is not asked for."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    kept = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)]
    names = [node.name for node in kept if isinstance(node, ast.FunctionDef)]
    job = json.dumps([ast.unparse(ast.Module(kept, [])), names, dict(cases)])
    try:
        probe = subprocess.run([sys.executable, "-c", _PROBE], input=job, text=True, capture_output=True, timeout=20)
    except subprocess.TimeoutExpired:
        return False
    return bool(names) and probe.returncode == _GOOD
