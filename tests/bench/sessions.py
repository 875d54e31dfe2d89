"""Finding words in 10,000 sessions, against a plain listing of their folder; keeping a block, against a plain table."""

import json
import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from statistics import median

from interpreter.core.messages import CodeBlock, Execution, Instruction, Reply, Text
from interpreter.core.ports import Usage
from interpreter.storage.sessions.index import SessionIndex
from interpreter.storage.sessions.sessions import Sessions
from tests.bench.figure import Figure
from tests.bench.measure import alternately
from tests.bench.programs import Bench

WORDS = 20_000
COMMON = ("plot", "print", "the")
"""Words that stand in every session."""


def search(bench: Bench, sessions: int = 10_000) -> Iterator[Figure]:
    """The usual time of a search, index opened and brought up to date each time; the worst of its kinds; the list."""
    folder = bench.folder / "sessions"
    make(folder, sessions)
    index = SessionIndex(folder)
    began = time.perf_counter()
    index.sessions(1)
    yield Figure(f"index of {sessions:,} sessions made anew", time.perf_counter() - began, None, "s")
    times = [_milliseconds(bench.runs, lambda words=words: index.search(words)) for words in _queries(index)]
    floor = _milliseconds(bench.runs, lambda: [entry.name for entry in os.scandir(folder)])
    yield Figure(f"words found in {sessions:,} sessions", median(times), floor, "ms", most=50)
    yield Figure("the slowest kind of words", max(times), floor, "ms", most=100)
    yield Figure(
        "the last 20 sessions listed", _milliseconds(bench.runs, lambda: index.sessions(20)), floor, "ms", most=50
    )


def kept(bench: Bench, blocks: int = 200) -> Iterator[Figure]:
    """What a block adds by being kept: reply, the run begun, the output, the tokens, each on disk before the next."""
    block = CodeBlock("python", "print('a line of output')")
    messages = Reply(block.fenced, block), Execution(block, "ok", (Text("a line of output\n" * 100),), 0.1)
    with sqlite3.connect(bench.folder / "plain.sqlite3", isolation_level=None) as plain:
        plain.execute("PRAGMA journal_mode = WAL")
        plain.execute("PRAGMA synchronous = OFF")
        plain.execute("CREATE TABLE kept (form TEXT)")
        with Sessions(bench.folder / "kept").new() as session:

            def ours() -> float:
                began = time.perf_counter()
                reply = session.add(messages[0], parent=None)
                session.begin_run(block, reply=reply)
                session.add_usage(Usage(900, 50), message=reply, model="fake", cost=None)
                session.add(messages[1], parent=reply)
                return 1000 * (time.perf_counter() - began)

            def floor() -> float:
                began = time.perf_counter()
                for text in (block.fenced, block.code, "900, 50", "a line of output\n" * 100):
                    plain.execute("INSERT INTO kept VALUES (?)", (text,))
                return 1000 * (time.perf_counter() - began)

            pairs = alternately(blocks, ours, floor)
    ours_ms, floor_ms = map(median, pairs)
    yield Figure("a block kept", ours_ms, floor_ms, "ms", most=floor_ms + 5)


def make(folder: Path, count: int) -> None:
    """So many sessions of two turns with a block each."""
    chance = random.Random(1)
    vocabulary = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 9))) for _ in range(WORDS)]
    weights = list(accumulate(1 / place for place in range(1, WORDS + 1)))
    seconds = iter(range(1_700_000_000, 1_800_000_000))
    sessions = Sessions(folder, clock=lambda: float(next(seconds)))

    def text(words: int) -> str:
        return " ".join([*COMMON, *chance.choices(vocabulary, cum_weights=weights, k=words)])

    for _ in range(count):
        with sessions.new() as session:
            session.describe(title=text(5), folder="/work", model="fake")
            parent = None
            for _ in range(2):
                block = CodeBlock("python", f"print({json.dumps(text(20))})")
                ran = Execution(block, "ok", (Text(text(80)),))
                for message in (Instruction(text(15)), Reply(text(30) + block.fenced, block), ran, Reply(text(30))):
                    parent = session.add(message, parent=parent)


def _queries(index: SessionIndex) -> list[str]:
    """Words of all kinds: common ones, rare ones, several, beginnings, none that is there."""
    title = index.sessions(1)[0].title.split()
    return [*COMMON, title[-1], " ".join(title[-3:]), "plot " + title[-1], "p", "pr", "qqqqqqqqqq"]


def _milliseconds(runs: int, does: Callable[[], object]) -> float:
    times = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        does()
        times.append(time.perf_counter() - began)
    return 1000 * median(times[1:])
