"""A way to solve each task, as Python that prints the answer: proof that it can be done with the standard library."""

SOLUTIONS = {
    "csv_sum": """
import csv
rows = csv.DictReader(open("sales.csv"))
print(sum(int(row["units"]) for row in rows if row["region"] == "North"))
""",
    "csv_top": """
import csv
from collections import Counter
money = Counter()
for row in csv.DictReader(open("sales.csv")):
    money[row["product"]] += int(row["units"]) * int(row["price"])
print(max(money, key=money.get))
""",
    "json_filter": """
import json
people = json.load(open("people.json"))
print(f"{len([p for p in people if p['age'] > 30 and p['city'] == 'Lisbon'])} people")
""",
    "jsonl_mean": """
import json
events = [json.loads(line) for line in open("events.jsonl")]
durations = [e["duration_ms"] for e in events if e["event"] == "checkout"]
print(round(sum(durations) / len(durations), 1), "ms")
""",
    "log_top_ip": """
from collections import Counter
lines = [line.split() for line in open("access.log")]
print(Counter(parts[0] for parts in lines if parts[8] == "500").most_common(1)[0][0])
""",
    "svg_chart": """
import csv
svg = ['<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200">']
for i, row in enumerate(csv.DictReader(open("votes.csv"))):
    height = int(row["votes"])
    svg.append(f'<rect x="{i * 60}" y="{180 - height}" width="50" height="{height}"/>')
    svg.append(f'<text x="{i * 60}" y="195">{row["tree"]}</text>')
open("votes.svg", "w").write("\\n".join(svg) + "</svg>")
""",
    "power": "print(f'37**13 = {37**13:,}')",
    "primes": "print(sum(all(n % d for d in range(2, int(n**0.5) + 1)) for n in range(2, 20_000)))",
    "interest": "print(f'You will have €{2500 * 1.037**12:,.2f}.')",
    "capital": "print('It is **Lisbon**.')",
    "word_count": "print(len(open('essay.txt').read().split()))",
    "longest_line": "print(max(open('poem.txt'), key=len))",
    "mail_addresses": """
import re
print(len(set(re.findall(r"[\\w.]+@[\\w.]+", open("contacts.txt").read()))))
""",
    "reverse": "open('reversed.txt', 'w').write(open('message.txt').read()[::-1])",
    "weekday": "import datetime; print(datetime.date(1969, 7, 20).strftime('%A'))",
    "days_between": "import datetime as d; print((d.date(2024, 9, 3) - d.date(2019, 2, 11)).days, 'days')",
    "month_count": "print(sum('/03/2024' in line for line in open('invoices.csv')))",
    "sqlite_query": """
import sqlite3
print(sqlite3.connect("shop.db").execute(
    "SELECT name, SUM(amount) FROM customers JOIN orders ON customer_id = customers.id"
    " GROUP BY name ORDER BY 2 DESC").fetchone())
""",
    "sqlite_make": """
import csv, sqlite3
db = sqlite3.connect("cities.db")
db.execute("CREATE TABLE cities (name TEXT, population INTEGER)")
db.executemany("INSERT INTO cities VALUES (:name, :population)", csv.DictReader(open("cities.csv")))
db.commit()
""",
    "sort_by_extension": """
from pathlib import Path
for file in [f for f in Path("inbox").iterdir() if f.is_file()]:
    folder = file.parent / file.suffix[1:]
    folder.mkdir(exist_ok=True)
    file.rename(folder / file.name)
""",
    "rename": """
from pathlib import Path
for photo in list(Path("photos").glob("*.jpeg")):
    photo.rename(photo.with_suffix(".jpg"))
""",
    "largest_file": """
from pathlib import Path
print(max((f for f in Path("data").rglob("*") if f.is_file()), key=lambda f: f.stat().st_size))
""",
    "merge": """
with open("all.txt", "w") as merged:
    for i in range(1, 12):
        merged.write(open(f"part{i}.txt").read())
""",
    "latin1": """
import csv
print(sum(row["city"] == "Köln" for row in csv.DictReader(open("customers.csv", encoding="latin-1"))))
""",
    "broken_rows": """
total = 0
for line in open("payments.csv"):
    parts = line.strip().split(",")
    if len(parts) == 2 and parts[1].isdigit():
        total += int(parts[1])
print(total)
""",
    "wrong_case": "print(len(open('Minutes.TXT').readlines()))",
    "chinese_scores": """
import csv
print(max(csv.DictReader(open("scores.csv", encoding="utf-8")), key=lambda row: int(row["数学"]))["姓名"])
""",
    "chinese_function": "print('```python\\ndef f(s):\\n    return s == s[::-1]\\n\\nprint(f(input()))\\n```')",
    "german_stock": "import json; print(sum(a['bestand'] for a in json.load(open('lager.json', encoding='utf-8'))))",
    "function": """
print('Here it is:\\n')
print('def fib(n):\\n    a, b = 0, 1\\n\\n    for _ in range(n):\\n        a, b = b, a + b\\n    return a')
""",
}
