"""Tasks in which the first thing one tries goes wrong."""

from random import Random

from tests.evals.checks import number
from tests.evals.task import Task


def _customers() -> list[tuple[str, str]]:
    chance = Random(51)
    surnames = ("Müller", "Schröder", "Weiß", "König", "Bauer")
    return [(chance.choice(surnames), chance.choice(("Köln", "München", "Lübeck"))) for _ in range(50)]


def _payments() -> tuple[list[int], str]:
    chance = Random(52)
    amounts = [chance.randint(10, 500) for _ in range(40)]
    lines = [f"{i},{amount}" for i, amount in enumerate(amounts, 1)]
    lines[17:17] = ["18,n/a"]
    lines[30:30] = ["# transfer interrupted", "31"]
    return amounts, "id,amount\n" + "\n".join(lines) + "\n"


_CUSTOMERS = _customers()
_AMOUNTS, _PAYMENTS_CSV = _payments()
_MINUTES = "".join(f"{i}: item {i * 3}\n" for i in range(1, 38))

TASKS = (
    Task(
        "latin1",
        "How many lines of customers.csv contain the word Köln?",
        number(sum(city == "Köln" for _, city in _CUSTOMERS)),
        {"customers.csv": ("name,city\n" + "".join(f"{n},{c}\n" for n, c in _CUSTOMERS)).encode("latin-1")},
        ("recover",),
    ),
    Task(
        "broken_rows",
        "Sum up the amount column of payments.csv. A few lines were damaged in transfer, just leave those out.",
        number(sum(_AMOUNTS)),
        {"payments.csv": _PAYMENTS_CSV},
        ("recover",),
    ),
    Task(
        "wrong_case",
        "How many lines are there in minutes.txt?",
        number(_MINUTES.count("\n")),
        {"Minutes.TXT": _MINUTES},
        ("recover",),
    ),
)
