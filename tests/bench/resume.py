"""A large session gone on with, against the chat without one; the state of a folder, against git's own."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from statistics import median

import pexpect

from interpreter.core.messages import CodeBlock, Display, Execution, Instruction, Reply, Text, Variable
from interpreter.storage.paths import find_paths
from interpreter.storage.sessions.sessions import Sessions
from interpreter.storage.sessions.shadow import Shadow
from tests.bench.figure import Figure
from tests.bench.measure import LONGEST_SECONDS, alternately
from tests.bench.programs import COMMAND, Bench
from tests.bench.prompt import TAKES_KEYS

TURNS = 2_000
OUTPUT = 250_000
"""Characters a turn: 500 MB in all."""
ASKS = "[y]es, run again"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def resumed(bench: Bench, turns: int = TURNS, output: int = OUTPUT) -> Iterator[Figure]:
    """From the command to the first question of a chat that goes on, and to the prompt of one that does not."""
    _generate(Sessions(find_paths(bench.environment).sessions), turns, output)
    ours, floor = alternately(bench.runs, lambda: _until(bench, ASKS, "--continue"), lambda: _until(bench, TAKES_KEYS))
    what = f"going on with {turns:,} turns and {turns * output // 1_000_000} MB of output"
    yield Figure(what, median(ours), median(floor), "s", most=median(floor) + 1)


def folder_states(bench: Bench) -> Iterator[Figure]:
    """The state of a folder of 200 small files in which one changed, and of one in which none did."""
    work = bench.folder / "files"
    work.mkdir()
    for number in range(200):
        (work / f"{number}.txt").write_text(f"{number}\n" * 100)
    shadow, numbers = Shadow(work, bench.folder / "shadow", os.environ["PATH"]), count()
    shadow.state()

    def changed() -> float:
        (work / "1.txt").write_text(f"{next(numbers)}\n")
        return _seconds(shadow.state)

    ours, floor = alternately(bench.runs, changed, lambda: _git(work))
    yield Figure("state of a folder of 200 files, one changed", median(ours), median(floor), "s", most=0.05)
    ours, floor = alternately(bench.runs, lambda: _seconds(shadow.state), lambda: _git(work))
    yield Figure("state of a folder of 200 files, none changed", median(ours), median(floor), "s", most=0.05)


def _generate(sessions: Sessions, turns: int, output: int) -> None:
    line = "a line of output, as long as many are\n"
    with sessions.new() as session:
        parent = None
        for number in range(turns):
            block = CodeBlock("python", f"x{number} = {number}\nprint(x{number})")
            outputs = (Text(line * (output // len(line))), Display({"text/plain": "<Figure>", "image/png": PIXEL}))
            changed = (Variable(f"x{number}", "int", "", str(number)),)
            for message in (
                Instruction(f"instruction {number}"),
                Reply(block.fenced, block),
                Execution(block, "ok", outputs, 0.1, changed=changed),
                Reply("Done."),
            ):
                parent = session.add(message, parent=parent)
        session.describe(title="large", folder="", model="test")


def _until(bench: Bench, seen: str, *words: str) -> float:
    given = ["--api-base", bench.server.url, "--model", "steps-1-20", *words]
    began = time.perf_counter()
    with pexpect.spawn(COMMAND, given, cwd=str(bench.folder), env=dict(bench.environment)) as program:
        program.delaybeforesend = None
        program.expect_exact(seen, timeout=LONGEST_SECONDS)
        seconds = time.perf_counter() - began
        if words:
            program.send("n")
            program.expect_exact(TAKES_KEYS, timeout=LONGEST_SECONDS)
        program.sendeof()
        program.expect(pexpect.EOF, timeout=LONGEST_SECONDS)
    return seconds


def _git(folder: Path) -> float:
    return _seconds(lambda: subprocess.run(["git", "--version"], check=True, capture_output=True, cwd=folder))


def _seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began
