"""Blocks whose error says exactly what is wrong with them."""

import pytest

from interpreter.core.messages import CodeBlock, Execution, Failure, Text
from interpreter.core.repairs import repair


class Folder:
    """A folder with one file: its name, another by which it is asked for, and its first line."""

    def __init__(self, name: str = "", other: str = "", line: str = "") -> None:
        self.name, self.other, self.line = name, other, line

    def spelled(self, name: str) -> str | None:
        return self.name if name == self.other else None

    def first_line(self, name: str) -> str:
        return self.line if name == self.name else ""


def failing(code: str) -> Execution:
    """What came of running code for real, in this process."""
    try:
        exec(compile(code, "block", "exec"), {"__name__": "block"})
    except Exception as error:
        return Execution(CodeBlock("python", code), "failed", (Failure(type(error).__name__, str(error), ""),))
    raise AssertionError("it did not fail")


def repaired(code: str, folder: Folder | None = None) -> str | None:
    found = repair(failing(code), folder)
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
    found = repair(failing(code), Folder("Notes 'new'.TXT", "notes.txt"))
    assert found is not None and found.what == "the file is called Notes 'new'.TXT"
    assert found.block.code == code.replace("'notes.txt'", "\"Notes 'new'.TXT\"")
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


def test_what_is_written_or_read_as_bytes_keeps_its_encoding(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"K\xf6ln")
    code = f"open({str(path)!r}, 'rb'), open({str(tmp_path / 'b')!r}, mode='w')\nopen({str(path)!r}).read()"
    better = repaired(code)
    assert better is not None and better.count("encoding") == 1 and better.endswith(", encoding='latin-1').read()")


def test_the_class_datetime_is_found_in_its_module():
    code = "import datetime\nday = datetime.strptime('2024-02-01', '%Y-%m-%d') + datetime.timedelta(1)\nprint(day)"
    assert repaired(code) == code.replace("datetime.strptime", "datetime.datetime.strptime")


TABLE = "id,amount due\n1,5\n2,7\n"
SUMS = [
    "with open(PATH) as f:\n    rows = csv.reader(f)  # ä\n    total = sum(int(row[1]) for row in rows)\n",
    "total = 0\nwith open(PATH) as f:\n    r = csv.reader(f)\n    for row in r:\n        total += float(row[1])\n",
    "total = 0\nwith open(PATH) as f:\n    for line in f:\n        total += int(line.split(',')[1])\n",
]


@pytest.mark.parametrize("code", SUMS)
def test_a_header_that_was_taken_for_numbers_is_passed_over(tmp_path, code):
    path = tmp_path / "a.csv"
    path.write_text(TABLE)
    code = f"import csv\nPATH = {str(path)!r}\n{code}"
    better = repaired(code, Folder(str(path), line="id,amount due"))
    assert better is not None
    names: dict = {}
    exec(better, names)
    assert names["total"] == 12
    assert repaired(code, Folder(str(path), line="1,2")) is None, "what is no header may be a damaged line"
    assert repaired(code) is None


def test_a_header_is_passed_over_once():
    code = "PATH = 'a.csv'\nrows = iter([['n'], ['n']])\nnext(rows)\nprint(sum(int(row[0]) for row in rows))"
    assert repaired(code, Folder("a.csv", line="n")) is None


def test_a_column_that_is_spelled_otherwise_is_read_by_its_name():
    code = "PATH = 'a.csv'\nrow = {'amount due': 5}\nprint('Amount_Due', row['Amount_Due'])"
    assert repaired(code, Folder("a.csv", line="id;amount due")) == code.replace("Amount_Due", "amount due")
    assert repaired(code, Folder("a.csv", line="amount due,AMOUNT DUE")) is None
    assert repaired(code, Folder("a.csv", line="id,total")) is None


@pytest.mark.parametrize("use", ["len(rows)", "rows[0]"])
@pytest.mark.parametrize("reader", ["csv.reader", "csv.DictReader"])
def test_rows_that_are_to_be_a_list_are_made_one(reader, use):
    better = repaired(f"import csv\nrows = {reader}(['a,b', '1,2'])\nfound = {use}")
    assert better == f"import csv\nrows = list({reader}(['a,b', '1,2']))\nfound = {use}"
    exec(better, {})
    assert repaired(f"import csv\nrows = {reader}(['a,b', '1,2'])\n{use}\nfound = rows['b']") is None
    assert repaired("found = iter([1])[0]") is None


@pytest.mark.parametrize(
    "code",
    [
        "found = len(open(PATH))",
        "with open(PATH) as f:\n    found = len(f) + len('ab') - 2",
        "found = len(open(PATH, 'r'))",
    ],
)
def test_the_lines_of_a_file_are_counted(tmp_path, code):
    path = tmp_path / "a.txt"
    path.write_text("1\n2\n3\n")
    better = repaired(f"PATH = {str(path)!r}\n{code}")
    assert better is not None
    names: dict = {}
    exec(better, names)
    assert names["found"] == 3


def test_a_file_of_another_name_is_found_where_the_code_caught_the_error():
    code = "try:\n    print(open('a.txt').read())\nexcept OSError:\n    print('No luck.')"
    block = CodeBlock("python", code)
    caught, printed = (Execution(block, "ok", (Text(text),)) for text in ("No luck.\n", "3\n"))
    found = repair(caught, Folder("A.TXT", "a.txt"))
    assert found is not None and found.block.code == code.replace("a.txt", "A.TXT")
    assert repair(caught, Folder("A.TXT", "b.txt")) is None is repair(caught, None)
    assert repair(printed, Folder("A.TXT", "a.txt")) is None


def test_only_python_that_failed_is_repaired():
    error = Failure("NameError", "name 'csv' is not defined", "")
    assert repair(Execution(CodeBlock("python", "csv.reader([])"), "ok", (Text("1"),)), None) is None
    assert repair(Execution(CodeBlock("bash", "csv.reader"), "failed", (error,)), None) is None
    assert repair(Execution(CodeBlock("python", "%time csv.reader([])"), "failed", (error,)), None) is None
    assert repair(Execution(CodeBlock("python", "csv.reader([])"), "failed"), None) is None
