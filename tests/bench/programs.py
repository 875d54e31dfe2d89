"""The programs that are measured, and where they run."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.measure import Cost, run
from tests.bench.server import Served, served

COMMAND = str(Path(sys.executable).with_name("interpreter"))
"""The console script as it is installed beside this Python."""
MODULE = (sys.executable, "-m", "interpreter")
ROOT = Path(__file__).parent.parent.parent
NOTHING = (sys.executable, "-c", "pass")
BARE = (sys.executable, str(Path(__file__).with_name("bare.py")))


@dataclass(frozen=True, slots=True)
class Bench:
    """An empty folder, an environment without anything of the user's, and a server."""

    folder: Path
    environment: Mapping[str, str]
    server: Served
    runs: int

    def run(self, *argv: str, in_terminal: bool = False) -> Cost:
        """Run a program to its end."""
        return run(argv, self.folder, self.environment, in_terminal=in_terminal)

    def said(self, *argv: str) -> str:
        """Run a program of the bench's own to its end; what it printed."""
        done = subprocess.run(argv, env=self.environment, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(argv)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def ours(self, model: str, *flags: str, in_terminal: bool = False) -> Cost:
        """Our program carries out an instruction with a scripted model."""
        words = ("-y", "--max-steps", "10000", "--api-base", self.server.url, "--model", model, *flags, "do it")
        return self.run(COMMAND, *words, in_terminal=in_terminal)

    def bare(self, model: str) -> Cost:
        """The bare loop does the same."""
        return self.run(*BARE, self.server.url, model, "do it")

    def gaps(self) -> list[float]:
        """Seconds from the end of each reply to the next request, since this was last asked."""
        exchanges = self.server.exchanges()
        return [later.arrived - earlier.answered for earlier, later in pairwise(exchanges)]


OURS = ("INTERPRETER_", "OPENAI_", "PYTHONDONTWRITEBYTECODE")
"""Beginnings of variables that are not handed on. Without byte code every start would compile what it imports, as it
does for no user."""


@contextmanager
def bench(runs: int) -> Iterator[Bench]:
    """Everything that a bench needs, cleaned up afterwards."""
    with TemporaryDirectory() as name, served() as server:
        folder = Path(name) / "work"
        folder.mkdir()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        environment = {**kept, "INTERPRETER_HOME": str(Path(name) / "home"), "TERM": "xterm-256color"}
        yield Bench(folder, environment, server, runs)
