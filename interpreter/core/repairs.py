"""Mistakes of a block that its error names so exactly that no model has to be asked for the cure.

A repair changes what the error is about and nothing else, and is proposed like any other block: the user sees it,
and may refuse it.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from interpreter.core.feedback import printed_error
from interpreter.core.messages import CodeBlock, Execution, Failure
from interpreter.core.missing_names import line_for
from interpreter.core.source_edits import Edit, Source
from interpreter.core.table_edits import alike, as_lists, fields, of_lines, without_header

_NAME = re.compile(r"name '(\w+)' is not defined")
_PATH = re.compile(r"No such file or directory: (?P<quote>['\"])(?P<path>.+)(?P=quote)$")
_NO_NUMBER = re.compile(
    r"(?:invalid literal for int\(\) with base 10|could not convert string to float): (?P<word>'.+'|\".+\")$"
)
_NO_LIST = re.compile(
    r"'(?:DictReader|_csv\.reader)' object is not subscriptable"
    r"|object of type '(?:DictReader|_csv\.reader)' has no len\(\)"
)
_NO_CLASS = re.compile(r"module 'datetime' has no attribute '\w+'")
_OF_CLASS = {"combine", "fromisoformat", "fromtimestamp", "now", "strptime", "today", "utcnow"}
_FILE = re.compile(r"[^\n\0]{0,200}\.\w{1,8}")
_READERS = {"open", "read_text", "read_csv"}
"""What takes `encoding=`, by its last name."""


class Folder(Protocol):
    """The folder that code runs in, as far as repairs need to know it."""

    def spelled(self, name: str) -> str | None:
        """The name that a file really has, for one that is not there."""
        ...

    def first_line(self, name: str) -> str:
        """What a text file begins with; empty where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Repair:
    """A block in place of one that failed, and what was wrong, in a few words for the user."""

    block: CodeBlock
    what: str


def repair(execution: Execution, folder: Folder | None) -> Repair | None:
    """The repair of a block that failed, if its error is one of those; None where it is not.

    Without a folder nothing is repaired that has to do with what a file holds.
    """
    failures = [output for output in execution.outputs if isinstance(output, Failure)]
    has_caught = printed_error(execution)
    if execution.block.language != "python" or not (has_caught or (failures and execution.status == "failed")):
        return None
    try:
        source = Source(execution.block.code)
        if has_caught:
            found = _by_its_names(source, folder)
        else:
            found = _by_its_error(source, failures[-1]) or _by_its_files(source, failures[-1], folder)
    except (SyntaxError, ValueError, RecursionError):
        return None
    if found is None or found[0] == execution.block.code or not _is_python(found[0]):
        return None
    return Repair(CodeBlock("python", found[0]), found[1])


def _is_python(code: str) -> bool:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def _by_its_error(source: Source, failure: Failure) -> tuple[str, str] | None:
    message = failure.message
    match failure.name:
        case "NameError" if found := _NAME.match(message):
            line = line_for(found[1], source)
            return (source.edited([Edit(0, 0, f"{line}\n")]), f"the line `{line}` was missing") if line else None
        case "JSONDecodeError" if message.startswith("Extra data: line 2 column 1 "):
            return source.edited(_line_by_line(source)), "the file has one JSON value on each line"
        case "UnicodeDecodeError" if message.startswith("'utf-8'"):
            encoding = "utf-16" if re.search(r"byte 0xf[ef] in position 0:", message) else "latin-1"
            return source.edited(_with_encoding(source, encoding)), f"the file is not UTF-8 but {encoding}"
        case "TypeError" if _NO_LIST.match(message):
            return source.edited(as_lists(source)), "a reader of rows is no list"
        case "TypeError" if "'_io.TextIOWrapper' has no len()" in message:
            return source.edited(of_lines(source)), "a file has no length, but its lines can be counted"
        case "AttributeError" if _NO_CLASS.match(message):
            return source.edited(_with_class(source)), "the class datetime is in the module datetime"
    return None


def _by_its_files(source: Source, failure: Failure, folder: Folder | None) -> tuple[str, str] | None:
    if folder is None:
        return None
    match failure.name:
        case "FileNotFoundError" if found := _PATH.search(failure.message):
            name = folder.spelled(found["path"])
            renamed = _renamed(source, found["path"], name) if name else []
            return (source.edited(renamed), f"the file is called {name}") if renamed else None
        case "KeyError" if key := alike(failure.message.strip("'\""), _fields(source, folder)):
            wrong = failure.message.strip("'\"")
            return source.edited(_renamed(source, wrong, key)), f"the column is called {key}"
        case "ValueError" if found := _NO_NUMBER.search(failure.message):
            is_header = str(ast.literal_eval(found["word"])).strip() in _fields(source, folder)
            return (source.edited(without_header(source)), "the first line is a header") if is_header else None
    return None


def _by_its_names(source: Source, folder: Folder | None) -> tuple[str, str] | None:
    """Where the block has caught its error: with the names that its files really have."""
    if folder is None:
        return None
    names = {node.value for node in source.nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    real = {name: found for name in sorted(names) if _FILE.fullmatch(name) and (found := folder.spelled(name))}
    edits = [edit for name, found in real.items() for edit in _renamed(source, name, found)]
    return (source.edited(edits), f"the file is called {', '.join(real.values())}") if edits else None


def _fields(source: Source, folder: Folder) -> list[str]:
    """What stands in the first lines of the files that the code names."""
    names = [node.value for node in source.nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [field for name in names if "." in name for field in fields(folder.first_line(name))]


def _renamed(source: Source, wrong: str, right: str) -> list[Edit]:
    return [
        source.replacing(node, repr(right))
        for node in source.nodes()
        if isinstance(node, ast.Constant) and node.value == wrong
    ]


def _line_by_line(source: Source) -> Iterator[Edit]:
    """`json.load(file)` and `json.loads(text)` for a file of JSON lines."""
    for node in source.nodes():
        if isinstance(node, ast.Call) and len(node.args) == 1 and source.text(node.func) in ("json.load", "json.loads"):
            argument = source.text(node.args[0])
            lines = argument if source.text(node.func) == "json.load" else f"({argument}).splitlines()"
            yield source.replacing(node, f"[json.loads(line) for line in {lines} if line.strip()]")


def _with_encoding(source: Source, encoding: str) -> Iterator[Edit]:
    for node in source.nodes():
        if isinstance(node, ast.Call) and source.text(node.func).rpartition(".")[2] in _READERS:
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if all(keyword.arg != "encoding" for keyword in node.keywords) and not any(map(_is_other_mode, given)):
                place = max(map(source.end, given), default=source.end(node) - 1)
                yield Edit(place, place, f"{', ' if given else ''}encoding={encoding!r}")


def _is_other_mode(argument: ast.expr) -> bool:
    """Whether it says that a file is written, or read as bytes."""
    mode = argument.value if isinstance(argument, ast.Constant) else ""
    return isinstance(mode, str) and re.fullmatch(r"[rt]*[wxab+][rwxabt+]*", mode) is not None


def _with_class(source: Source) -> Iterator[Edit]:
    """`datetime.strptime` after `import datetime`."""
    for node in source.nodes():
        if isinstance(node, ast.Attribute) and source.text(node.value) == "datetime" and node.attr in _OF_CLASS:
            yield source.replacing(node.value, "datetime.datetime")
