"""Tasks about SQLite files."""

import sqlite3
from collections import Counter
from contextlib import closing
from random import Random

from tests.evals.checks import name
from tests.evals.task import Outcome, Task

_CUSTOMERS = ("Okafor", "Lindqvist", "Moreau", "Tanaka", "Novak")


def _orders() -> list[tuple[int, int, int]]:
    chance = Random(41)
    orders = [(i, chance.randint(1, 5), chance.randint(5, 400)) for i in range(1, 90)]
    return [*orders, (90, 4, 2500)]


_ORDERS = _orders()
_SPENT: Counter[int] = Counter()
for _number, _customer, _amount in _ORDERS:
    _SPENT[_customer] += _amount


def _shop() -> bytes:
    with closing(sqlite3.connect(":memory:")) as shop:
        shop.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT)")
        shop.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, amount INTEGER)")
        shop.executemany("INSERT INTO customers VALUES (?, ?)", enumerate(_CUSTOMERS, 1))
        shop.executemany("INSERT INTO orders VALUES (?, ?, ?)", _ORDERS)
        shop.commit()
        return shop.serialize()


_CITIES = [("Oslo", 709), ("Bergen", 291), ("Trondheim", 212), ("Stavanger", 148), ("Bodo", 53)]


def _has_cities(outcome: Outcome) -> bool:
    with closing(sqlite3.connect(f"file:{outcome.folder / 'cities.db'}?mode=ro", uri=True)) as made:
        rows = made.execute("SELECT name, population FROM cities").fetchall()
    return sorted((city, int(count)) for city, count in rows) == sorted(_CITIES)


TASKS = (
    Task(
        "sqlite_query",
        "shop.db is a SQLite database with the tables customers (id, name) and orders (id, customer_id, amount). "
        "Which customer spent the most in total?",
        name(_CUSTOMERS[_SPENT.most_common(1)[0][0] - 1], rather_than=_CUSTOMERS),
        {"shop.db": _shop()},
    ),
    Task(
        "sqlite_make",
        "Make a SQLite database cities.db with a table cities that has the columns name and population, and fill it "
        "from cities.csv.",
        _has_cities,
        {"cities.csv": "name,population\n" + "".join(f"{city},{count}\n" for city, count in _CITIES)},
    ),
)
