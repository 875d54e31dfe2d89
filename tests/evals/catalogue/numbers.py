"""Tasks of arithmetic, one plain question among them."""

import math

from tests.evals.checks import name, number
from tests.evals.task import Task

_PRIMES = sum(1 for n in range(2, 20_000) if all(n % d for d in range(2, math.isqrt(n) + 1)))

TASKS = (
    Task("power", "What is 37 to the power of 13, exactly?", number(37**13), tags=("arithmetic",)),
    Task("primes", "How many primes are there below 20,000?", number(_PRIMES), tags=("arithmetic",)),
    Task(
        "interest",
        "I put 2,500 euros into an account at 3.7% interest a year, compounded once a year. How much will be there "
        "after 12 years, to the cent?",
        number(f"{2500 * 1.037**12:.2f}"),
        tags=("arithmetic",),
    ),
    Task("capital", "What's the capital of Portugal?", name("Lisbon"), tags=("plain",)),
)
