"""Tasks about data files: CSV, JSON, JSON lines, a log, and a chart drawn from one."""

import json
from collections import Counter
from random import Random
from xml.etree import ElementTree

from tests.evals.checks import name, number
from tests.evals.task import Outcome, Task

_PRODUCTS = ("Lamp", "Chair", "Desk", "Shelf", "Rug")
_PRICES = {"Lamp": 35, "Chair": 80, "Desk": 210, "Shelf": 95, "Rug": 140}


def _sales() -> list[tuple[str, str, int, int]]:
    chance = Random(11)
    rows = []
    for _ in range(120):
        product = chance.choice(_PRODUCTS)
        units = chance.randint(1, 30) * (2 if product == "Rug" else 1)
        rows.append((chance.choice(("North", "South", "East", "West")), product, units, _PRICES[product]))
    return rows


_SALES = _sales()
_SALES_CSV = "region,product,units,price\n" + "".join(f"{r},{p},{u},{c}\n" for r, p, u, c in _SALES)
_REVENUE: Counter[str] = Counter()
for _region, _product, _units, _price in _SALES:
    _REVENUE[_product] += _units * _price


def _people() -> list[dict[str, object]]:
    chance = Random(12)
    names = [f"{first} {last}" for first in ("Ana", "Rui", "Eva", "Tom", "Mia", "Leo") for last in "ABCDEFGHIJ"]
    cities = ("Lisbon", "Porto", "Faro", "Braga")
    return [{"name": n, "age": chance.randint(16, 70), "city": chance.choice(cities)} for n in names]


_PEOPLE = _people()


def _requests() -> list[dict[str, object]]:
    chance = Random(15)
    events = ("login", "search", "checkout", "logout")
    return [{"id": i, "event": events[i % 7 % 4], "duration_ms": chance.randint(20, 900)} for i in range(140)]


_REQUESTS = _requests()
_CHECKOUTS = [int(str(r["duration_ms"])) for r in _REQUESTS if r["event"] == "checkout"]


def _access_log() -> list[tuple[str, int]]:
    chance = Random(14)
    hosts = [f"10.0.{chance.randint(0, 9)}.{chance.randint(2, 250)}" for _ in range(8)]
    hits = [(chance.choice(hosts), chance.choice((200, 200, 200, 404, 500))) for _ in range(300)]
    return [*hits, *[(hosts[3], 500)] * 9, *[(hosts[5], 200)] * 60]


_HITS = _access_log()
_FAILING = Counter(host for host, status in _HITS if status == 500)
_LOG = "".join(
    f'{host} - - [03/Feb/2025:{i // 60:02}:{i % 60:02}:07 +0000] "GET /page/{i % 17} HTTP/1.1" {status} {900 + i}\n'
    for i, (host, status) in enumerate(_HITS)
)

_VOTES = {"Oak": 41, "Birch": 28, "Pine": 67, "Maple": 15}


def _is_chart(outcome: Outcome) -> bool:
    root = ElementTree.fromstring((outcome.folder / "votes.svg").read_text("utf-8"))
    shapes = [element.tag.rpartition("}")[2] for element in root.iter()]
    return shapes[0] == "svg" and sum(shape in ("rect", "path", "line", "polygon") for shape in shapes) >= len(_VOTES)


TASKS = (
    Task(
        "csv_sum",
        "sales.csv has the columns region, product, units and price. How many units were sold in the region North?",
        number(sum(u for r, _, u, _ in _SALES if r == "North")),
        {"sales.csv": _SALES_CSV},
        ("csv",),
    ),
    Task(
        "csv_top",
        "which product made us the most money? it's units times price, summed per product. the file is sales.csv",
        name(_REVENUE.most_common(1)[0][0], rather_than=_PRODUCTS),
        {"sales.csv": _SALES_CSV},
        ("csv",),
    ),
    Task(
        "json_filter",
        "people.json is a list of objects with name, age and city. How many of these people have the city Lisbon "
        "and an age above 30?",
        number(sum(1 for p in _PEOPLE if int(str(p["age"])) > 30 and p["city"] == "Lisbon")),
        {"people.json": json.dumps(_PEOPLE, indent=1)},
        ("json",),
    ),
    Task(
        "jsonl_mean",
        "In events.jsonl there is one JSON object per line, with event and duration_ms. What is the average "
        "duration of the checkout events, rounded to one decimal?",
        number(f"{sum(_CHECKOUTS) / len(_CHECKOUTS):.1f}"),
        {"events.jsonl": "".join(json.dumps(r) + "\n" for r in _REQUESTS)},
        ("jsonl",),
    ),
    Task(
        "log_top_ip",
        "Our web server wrote access.log. Which IP address got the most responses with status 500?",
        name(_FAILING.most_common(1)[0][0], rather_than=tuple(_FAILING)),
        {"access.log": _LOG},
        ("log",),
    ),
    Task(
        "svg_chart",
        "Please draw a bar chart of the numbers in votes.csv and save it as votes.svg. There is no plotting library "
        "here, so write the SVG yourself: one rect per bar and a label under each.",
        _is_chart,
        {"votes.csv": "tree,votes\n" + "".join(f"{tree},{count}\n" for tree, count in _VOTES.items())},
        ("plot",),
    ),
)
