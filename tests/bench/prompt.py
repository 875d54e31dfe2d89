"""From the command to a prompt that takes keys, against the import of the library that draws it."""

import sys
import time
from collections.abc import Iterator
from statistics import median

import pexpect

from tests.bench.figure import Figure
from tests.bench.measure import LONGEST_SECONDS, alternately
from tests.bench.programs import COMMAND, Bench

TAKES_KEYS = "\x1b[?2004h"
"""Sent with the first drawing of the prompt: from here on keys are read, and what is pasted is not taken for lines."""
FLOOR = (sys.executable, "-c", "import prompt_toolkit")


def first_prompt(bench: Bench) -> Iterator[Figure]:
    """The chat in an empty folder; its model and its kernel start behind the prompt."""
    ours, floor = alternately(bench.runs, lambda: _until_prompt(bench), lambda: bench.run(*FLOOR).wall)
    yield Figure("from the command to the prompt", median(ours), median(floor), "s", most=0.6)


def _until_prompt(bench: Bench) -> float:
    """Seconds until the prompt stands there; pexpect raises what came instead."""
    words = ["--api-base", bench.server.url, "--model", "steps-1-20"]
    began = time.perf_counter()
    with pexpect.spawn(COMMAND, words, cwd=str(bench.folder), env=dict(bench.environment)) as program:
        program.delaybeforesend = None
        program.expect_exact(TAKES_KEYS, timeout=LONGEST_SECONDS)
        seconds = time.perf_counter() - began
        program.sendeof()
        program.expect(pexpect.EOF, timeout=LONGEST_SECONDS)
    return seconds
