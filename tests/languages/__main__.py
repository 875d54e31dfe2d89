"""Installs R, Java and strace, then holds the kernels to the contract: `python3 -m tests.languages [PYTEST ARGUMENTS]`.

`--install` only installs. Whatever cannot be installed is told, and is no failure then: its tests are skipped, and the
end of their run says so. Without it, a language that is not there is a failure.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from install import PYTHON, install  # noqa: E402

PACKAGES = ("r-cran-irkernel", "default-jdk-headless", "strace")
"""strace shows which files are opened in a folder that is not trusted (`tests/test_baits.py`)."""
PROGRAMS = ("Rscript", "javac", "strace")
LIMIT_SECONDS = 240
"""For each step: a slow mirror must not hold up everything else."""


def main(arguments: list[str]) -> int:
    install(dev=True)
    problems = [*install_system_packages(), *install_java_kernel()]
    for problem in problems:
        print(f"!! {problem}", flush=True)
    if "--install" in arguments:
        return 0
    os.environ["NEEDED_LANGUAGES"] = "r java"
    tests = ["tests/contracts/test_kernel_contract.py", "tests/kernels/test_r.py", "-k", "r or java and not javascript"]
    return subprocess.run([str(PYTHON), "-m", "pytest", *tests, *arguments], cwd=ROOT).returncode


def install_system_packages() -> list[str]:
    """What went wrong, if anything did."""
    if all(map(shutil.which, PROGRAMS)) and Path("/usr/lib/R/site-library/IRkernel").exists():
        return []
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return [f"R, Java or strace is not installed: as root, run apt-get install {' '.join(PACKAGES)}"]
    quiet = ["-qq", "-o", "DPkg::Lock::Timeout=60"]
    steps = [[apt, "update", *quiet], [apt, "install", "-y", "--no-install-recommends", *quiet, *PACKAGES]]
    return [problem for step in steps if (problem := failed(step))]


def install_java_kernel() -> list[str]:
    lock = ROOT / "requirements" / "languages.lock"
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "-q"]
    problem = failed([*pip, "install", "--require-hashes", "-r", str(lock)])
    return [problem] if problem else []


def failed(command: list[str]) -> str:
    """Run a command; what went wrong, or nothing."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"── {' '.join(command)}", flush=True)
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, errors="replace", timeout=LIMIT_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return f"{' '.join(command)}: {done.stderr.strip()[-500:]}" if done.returncode else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
