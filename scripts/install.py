"""Install into `.venv`, at the versions of the lock: `python3 scripts/install.py [--dev]`; standard library only."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def install(*, dev: bool) -> Path:
    """Make the environment, or bring it up to date; returns its Python."""
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.\nRun it with a newer one.")
    if not PYTHON.exists():
        make_environment()
    lock = ROOT / "requirements" / ("dev.lock" if dev else "run.lock")
    stamp = VENV / f"{lock.name}.installed"
    wanted = hashlib.sha256(lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"Installing {lock.name} into {VENV.name} …", flush=True)
        pip("install", "--require-hashes", "-r", str(lock))
        pip("install", "--no-deps", "-e", str(ROOT))
        stamp.write_text(wanted)
    return PYTHON


def make_environment() -> None:
    """A virtual environment; Debian and Ubuntu keep the module for it in a package of its own."""
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    apt = shutil.which("apt-get")
    if apt is None:
        sys.exit(f"Python's venv module does not work here:\n{(made.stdout + made.stderr).strip()}")
    package = f"python3.{sys.version_info.minor}-venv"
    root = [] if os.geteuid() == 0 else ["sudo"]
    print(f"Installing {package}, which Python needs for virtual environments …", flush=True)
    subprocess.run([*root, apt, "update", "-q"], check=False)
    subprocess.run([*root, apt, "install", "-q", "-y", package], check=True)
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)


def pip(*arguments: str) -> None:
    """Run the environment's pip, quietly; ends the program where it fails."""
    done = subprocess.run([str(PYTHON), "-m", "pip", "--disable-pip-version-check", "-q", *arguments])
    if done.returncode != 0:
        sys.exit("Installing failed; what pip said stands above.\nMend that, then run the same command again.")


if __name__ == "__main__":
    install(dev="--dev" in sys.argv[1:])
