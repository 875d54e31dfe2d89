"""Blocks whose error says exactly what is wrong with them."""

import pytest

from interpreter.core.messages import CodeBlock, Execution, Failure, Text
from interpreter.core.repairs import repair


def nowhere(name: str) -> None:
    return None


def failing(code: str, folder=None) -> Execution:
    """What came of running code for real, in this process."""
    try:
        exec(compile(code, "block", "exec"), {"__name__": "block"})
    except Exception as error:
        return Execution(CodeBlock("python", code), "failed", (Failure(type(error).__name__, str(error), ""),))
    raise AssertionError("it did not fail")


def repaired(code: str, spelled=nowhere) -> str | None:
    found = repair(failing(code), spelled)
    return found.block.code if found else None


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("rows = csv.reader([])", "import csv"),
        ("print(os.path.join('a', 'b'))", "import os"),
        ("c = Counter('abc')", "from collections import Counter"),
        ("p = Path('.')", "from pathlib import Path"),
        ("print(datetime.now())", "from datetime import datetime"),
        ("print(datetime.datetime.now())", "import datetime"),
        ("print(ET.fromstring('<a/>'))", "import xml.etree.ElementTree as ET"),
        ("print(sqrt(4))", "from math import sqrt"),
        ("for n in range(3):\n    count += 1\nprint(count)", "count = 0"),
    ],
)
def test_a_name_that_means_one_thing_is_given(code, line):
    assert repaired(code) == f"{line}\n{code}"
    exec(f"{line}\n{code}", {})


@pytest.mark.parametrize(
    "code",
    [
        "print(total)",
        "print(calendar)",
        "print(string)\nstring.capwords('a')",
        "total += price",
        "rows += []",
        "print(units.sum())",
        "int('n/a')",
    ],
)
def test_where_nobody_knows_what_was_meant_the_model_is_asked(code):
    assert repaired(code) is None


def test_a_file_that_is_spelled_otherwise_is_opened_by_its_name(tmp_path):
    code = "# how long is ä.txt?\nwith open('notes.txt') as f:  # notes.txt\n    print('notes.txt', len(f.read()))"
    found = repair(failing(code), {"notes.txt": "Notes 'new'.TXT"}.get)
    assert found is not None and found.what == "the file is called Notes 'new'.TXT"
    assert found.block.code == code.replace("'notes.txt'", '"Notes \'new\'.TXT"')
    assert repaired(code) is None


@pytest.mark.parametrize(
    "read",
    ["json.load(open(PATH))", "json.loads(open(PATH).read())", "json.load(\n    open(PATH)\n)"],
)
def test_json_lines_are_read_line_by_line(tmp_path, read):
    path = tmp_path / "ü.jsonl"
    path.write_text('{"a": 1}\n\n{"a": 2}\n'.replace("\n\n", "\n"))
    code = f"import json\nPATH = {str(path)!r}\nfound = {read}\n"
    better = repaired(code)
    assert better is not None
    names: dict = {}
    exec(better, names)
    assert names["found"] == [{"a": 1}, {"a": 2}]


def test_json_that_is_damaged_otherwise_is_left(tmp_path):
    assert repaired("import json\njson.loads('[1] 2')") is None
    assert repaired("import json\njson.loads('{')") is None


@pytest.mark.parametrize(
    "read",
    ["open(PATH)", "open(PATH, 'r',)", "open(PATH, mode='r', newline='')", "pathlib.Path(PATH).open()", "open((PATH))"],
)
@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_file_in_another_encoding_is_read_in_it(tmp_path, read, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes("Größe\n".encode(encoding))
    better = repaired(f"import pathlib\nPATH = {str(path)!r}\ntext = {read}.read()\n")
    names: dict = {}
    if better is None:
        assert "((" in read, "only what is written unusually is left to the model"
        return
    exec(better, names)
    assert names["text"] == "Größe\n"


def test_the_class_datetime_is_found_in_its_module():
    code = "import datetime\nday = datetime.strptime('2024-02-01', '%Y-%m-%d') + datetime.timedelta(1)\nprint(day)"
    assert repaired(code) == code.replace("datetime.strptime", "datetime.datetime.strptime")


def test_only_python_that_failed_is_repaired():
    error = Failure("NameError", "name 'csv' is not defined", "")
    assert repair(Execution(CodeBlock("python", "csv.reader([])"), "ok", (Text("1"),)), nowhere) is None
    assert repair(Execution(CodeBlock("bash", "csv.reader"), "failed", (error,)), nowhere) is None
    assert repair(Execution(CodeBlock("python", "%time csv.reader([])"), "failed", (error,)), nowhere) is None
    assert repair(Execution(CodeBlock("python", "csv.reader([])"), "failed"), nowhere) is None
