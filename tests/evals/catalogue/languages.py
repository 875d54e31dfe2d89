"""Tasks in other tongues than English, and tasks whose answer is code."""
# ruff: noqa: RUF001

import json
from random import Random

from tests.evals.checks import function, name, number
from tests.evals.task import Task

_STUDENTS = ("王伟", "李娜", "张敏", "刘洋", "陈静", "杨帆", "赵磊", "黄丽", "周强", "吴迪")
_MATHS = Random(61).sample(range(55, 99), k=len(_STUDENTS))
_SCORES = "姓名,语文,数学\n" + "".join(
    f"{s},{70 + i},{m}\n" for i, (s, m) in enumerate(zip(_STUDENTS, _MATHS, strict=True))
)
_STOCK = [{"artikel": a, "bestand": b} for a, b in (("Schraube", 412), ("Mutter", 87), ("Dübel", 960), ("Nagel", 333))]

TASKS = (
    Task(
        "chinese_scores",
        "请读取 scores.csv，告诉我谁的数学成绩最高。",
        name(_STUDENTS[_MATHS.index(max(_MATHS))], rather_than=_STUDENTS),
        {"scores.csv": _SCORES},
        ("chinese", "csv"),
    ),
    Task(
        "chinese_function",
        "用Python写一个函数：输入一个字符串，判断它是不是回文，返回True或False。例如输入“level”，返回True。",
        function({"'level'": True, "'python'": False, "'abba'": True, "'ab'": False}),
        tags=("chinese", "code"),
    ),
    Task(
        "german_stock",
        'In lager.json steht eine Liste von Artikeln mit "artikel" und "bestand". Wie groß ist der Bestand aller '
        "Artikel zusammen?",
        number(sum(int(str(item["bestand"])) for item in _STOCK)),
        {"lager.json": json.dumps(_STOCK, ensure_ascii=False)},
        ("german", "json"),
    ),
    Task(
        "function",
        "Write a Python function fib(n) that returns the n-th Fibonacci number, with fib(1) = 1 and fib(2) = 1.",
        function({"1": 1, "2": 1, "7": 13, "20": 6765}),
        tags=("code",),
    ),
)
