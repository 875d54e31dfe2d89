"""Everything that people and CI check: format, lint, types, tests: `python3 scripts/check.py [PYTEST ARGUMENTS]`.

`--fix` formats and mends instead of complaining. Installs what it needs into `.venv` first.
"""

import os
import subprocess
import sys
from pathlib import Path

from install import ROOT, install


def main(arguments: list[str]) -> int:
    """Run the steps; the first that fails ends it with its exit code."""
    fixes = "--fix" in arguments
    tests = [argument for argument in arguments if argument != "--fix"]
    folder = install(dev=True).parent
    steps = [
        [folder / "ruff", "format", *([] if fixes else ["--check"]), "."],
        [folder / "ruff", "check", *(["--fix"] if fixes else []), "."],
        [folder / "mypy"],
        [folder / "python", "-m", "pytest", *(tests or side_by_side())],
    ]
    return next((code for step in steps if (code := run(step))), 0)


def side_by_side() -> list[str]:
    """The whole suite by several processes, which wait more than they compute; tests of a file share kernels."""
    return ["-n", str(min(8, 2 * (os.cpu_count() or 1))), "--dist", "loadfile"]


def run(step: list[str | Path]) -> int:
    """One step, in the project's folder."""
    print(f"── {' '.join([Path(step[0]).name, *map(str, step[1:])])}", flush=True)
    return subprocess.run([os.fspath(part) for part in step], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
