"""Tasks about dates."""

from datetime import date
from random import Random

from tests.evals.checks import name, number
from tests.evals.task import Task

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _invoices() -> list[tuple[int, date]]:
    chance = Random(31)
    return [(1000 + i, date(2024, chance.randint(1, 5), chance.randint(1, 28))) for i in range(60)]


_INVOICES = _invoices()

TASKS = (
    Task(
        "weekday",
        "On what day of the week was 20 July 1969?",
        name(_WEEKDAYS[date(1969, 7, 20).weekday()], rather_than=_WEEKDAYS),
    ),
    Task(
        "days_between",
        "How many days passed from 11 February 2019 to 3 September 2024?",
        number((date(2024, 9, 3) - date(2019, 2, 11)).days),
    ),
    Task(
        "month_count",
        "In invoices.csv the dates are written day/month/year. How many invoices are dated in March 2024?",
        number(sum(1 for _, day in _INVOICES if day.month == 3)),
        {"invoices.csv": "number,date\n" + "".join(f"{n},{d:%d/%m/%Y}\n" for n, d in _INVOICES)},
    ),
)
