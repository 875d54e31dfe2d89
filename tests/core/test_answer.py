"""What a person wants to read at the end: the answer, and the code where code was asked for."""

import pytest

from interpreter.core.answer import answer_text, readable
from interpreter.core.messages import CodeBlock, Execution, Failure, Instruction, Reply, Text

DEFINES = CodeBlock("python", "def double(x):\n    return 2 * x\n\nprint(double(4))")
COUNTS = CodeBlock("python", "print(len(rows))")


def proposed(block: CodeBlock, before: str = "Let me see.\n\n") -> Reply:
    return Reply(f"{before}{block.fenced}", block)


def ran(block: CodeBlock, text: str = "", status="ok") -> Execution:
    return Execution(block, status, (Text(text),) if text else ())


def turn(instruction: str, *messages):
    return (Instruction(instruction), *messages)


def test_the_answer_is_the_last_reply():
    messages = turn("How many rows?", proposed(COUNTS), ran(COUNTS, "17\n"), Reply("There are 17 rows."))
    assert answer_text(messages) == readable(messages) == "There are 17 rows."


def test_where_the_last_reply_says_nothing_the_answer_is_what_was_printed():
    messages = turn("How many rows?", proposed(COUNTS), ran(COUNTS, "\x1b[1m17\x1b[0m\n"))
    assert answer_text((*messages, Reply(""))) == "17"


def test_what_failing_code_printed_is_no_answer_but_how_it_failed_is_told():
    block = COUNTS
    messages = turn(
        "How many?", proposed(block, ""), Execution(block, "failed", (Text("half"), Failure("E", "m", "t")))
    )
    assert answer_text(messages) == "The code failed: E: m"


def test_a_turn_without_a_reply_has_no_answer():
    assert answer_text(turn("Hello")) == answer_text(()) == readable(()) == ""


def test_a_repeated_block_leaves_its_prose_and_what_was_printed():
    messages = turn("How many?", proposed(COUNTS), ran(COUNTS, "17\n"), proposed(COUNTS, "There are 17 rows:\n\n"))
    assert answer_text(messages) == "There are 17 rows:\n\n17"


@pytest.mark.parametrize(
    "text",
    [
        "Again:\n```python\nprint(1)\nprint(2)\nprint(1)\n```",
        "Again:\n```python\nprint(1)\nprint(2)\nprint(1)",
        "Again:\n```python\r\nprint(1)\r\nprint(2)\r\nprint(1)\r\n```",
        "Again:\n~~~~ python\n  print(1)\n  print(2)\n  print(1)\n~~~~",
        "Again:\n  ```python\n  print(1)\n  print(2)\n  print(1)\n  ```",
    ],
)
def test_the_prose_before_a_block_holds_nothing_of_the_block(text):
    block = CodeBlock("python", "print(1)\nprint(2)\nprint(1)")
    assert answer_text(turn("Do it", Reply(text, block))) == "Again:"


def test_prose_that_quotes_the_code_is_kept_whole():
    reply = Reply(f"I run\nprint(len(rows))\nnow:\n{COUNTS.fenced}", COUNTS)
    assert answer_text(turn("Do it", reply)) == "I run\nprint(len(rows))\nnow:"


@pytest.mark.parametrize(
    "instruction",
    [
        "Write a function that doubles a number.",
        "Give me the code for doubling.",
        "write a Python SCRIPT for it",
        "Implement doubling as a class",
        "写一个函数,把数字加倍",
        "请给我代码",
        "请写一个程序",
        "定义一个类",
        "Schreibe eine Funktion, die verdoppelt.",
        "Schreib mir ein Skript dafür",
        "Écris une fonction qui double un nombre.",
        "Escribe una función que duplique un número.",
        "dame el código",
        "Escreva uma função que dobre um número.",
        "Scrivi una funzione che raddoppia.",
        "Напиши функцию, которая удваивает число.",
        "数を2倍にする関数を書いて",
        "コードをください",
        "숫자를 두 배로 만드는 함수를 작성해 줘",
    ],
)
def test_where_code_was_asked_for_the_code_follows_the_answer(instruction):
    messages = turn(instruction, proposed(DEFINES), ran(DEFINES, "8\n"), Reply("Doubling 4 gives 8."))
    assert readable(messages) == f"Doubling 4 gives 8.\n\n{DEFINES.fenced}"


@pytest.mark.parametrize(
    "instruction",
    [
        "How many rows does sales.csv have?",
        "What does a decoder do with 4?",
        "表里有多少种类?",
        "按类别统计销售额",
        "人类有多少?",
        "表にはいくつの種類がありますか",
        "Wie viele Zeilen hat die Tabelle?",
        "Combien de lignes ?",
        "¿Cuántas filas hay?",
        "Сколько строк в таблице?",
    ],
)
def test_where_no_code_was_asked_for_the_answer_stands_alone(instruction):
    messages = turn(instruction, proposed(DEFINES), ran(DEFINES, "8\n"), Reply("It is 8."))
    assert readable(messages) == "It is 8."


def test_an_answer_that_shows_the_code_itself_is_enough():
    answer = f"Here it is; doubling 4 gives 8:\n\n{DEFINES.fenced}"
    messages = turn("Write a function.", proposed(DEFINES), ran(DEFINES, "8\n"), Reply(answer))
    assert readable(messages) == answer


def test_code_that_failed_or_was_refused_is_not_the_code_asked_for():
    for status in ("failed", "refused", "interrupted"):
        messages = turn("Write a function.", proposed(DEFINES), ran(DEFINES, status=status), Reply("Sorry."))
        assert readable(messages) == "Sorry."


def test_a_later_definition_takes_the_place_of_an_earlier_one():
    better = CodeBlock("python", "def double(x):\n    return x + x")
    other = CodeBlock("python", "def triple(x):\n    return 3 * x")
    messages = turn("Write functions.", ran(DEFINES), ran(other), ran(better), ran(COUNTS), Reply("Done."))
    assert readable(messages) == f"Done.\n\n{other.fenced}\n\n{better.fenced}"


def test_in_other_languages_the_last_block_is_the_code():
    one, two = CodeBlock("bash", "ls"), CodeBlock("bash", "ls -la")
    assert readable(turn("Write a script.", ran(one), ran(two), Reply("Done."))) == f"Done.\n\n{two.fenced}"


def test_a_repeated_block_is_shown_once_where_code_was_asked_for():
    again = proposed(DEFINES, "The function:\n\n")
    messages = turn("Write a function.", proposed(DEFINES), ran(DEFINES, "8\n"), again)
    assert readable(messages) == f"The function:\n\n8\n\n{DEFINES.fenced}"


def test_a_short_output_that_the_answer_ignores_is_shown_with_it():
    block = CodeBlock("python", "print(total)")
    made_up = turn("Add up.", proposed(block), ran(block, "250500\n"), Reply("The sum is 50050."))
    assert readable(made_up) == "The sum is 50050.\n\n250500"
    told = turn("Add up.", proposed(block), ran(block, "250500\n"), Reply("The sum is 250500."))
    assert readable(told) == "The sum is 250500."
