"""The program in an environment of its own, in which a stand-in for pip can install things."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.environments import make_environment, python_of, site_of

ROOT = Path(__file__).parent.parent.parent.parent


@dataclass(frozen=True)
class Program:
    """The program, installed in the environment `home`."""

    home: Path

    def run(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Let it run to its end, with nothing but the system's own programs on the path."""
        return subprocess.run(
            [python_of(self.home), "-m", "interpreter", *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def brings(self, effect: str) -> None:
        """From now on, its pip says what it was told, and has this effect."""
        pip = site_of(self.home) / "pip"
        pip.mkdir(exist_ok=True)
        (pip / "__init__.py").touch()
        (pip / "__main__.py").write_text(f"import os, pathlib, sys\nprint('pip got', *sys.argv[1:])\n{effect}\n")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    return Program(make_environment(tmp_path / "program"))


def is_two_clear_lines(text: str) -> bool:
    """What happened, and what to do about it."""
    first, *rest = text.splitlines()
    return first.startswith("Error: ") and len(rest) == 1 and bool(rest[0].strip())
