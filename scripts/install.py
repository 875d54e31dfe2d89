"""Install into `.venv`, at the versions of the lock: `python3 scripts/install.py [--dev]`; standard library only."""

import ctypes
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
    ensure_openmp()
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
    if not install_system_package(f"python3.{sys.version_info.minor}-venv"):
        sys.exit(f"Python's venv module does not work here:\n{(made.stdout + made.stderr).strip()}")
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)


def ensure_openmp() -> None:
    """llama.cpp needs libgomp, which the smallest Linux installations lack."""
    try:
        ctypes.CDLL("libgomp.so.1")
    except OSError:
        if sys.platform == "linux" and not install_system_package("libgomp1"):
            print("The embedded model needs the system library libgomp: install it, such as with dnf install libgomp.")


def install_system_package(name: str) -> bool:
    """Install a package of Debian or Ubuntu; False where there is no apt-get or it fails."""
    apt = shutil.which("apt-get")
    if apt is None:
        return False
    root = [] if os.geteuid() == 0 else [found] if (found := shutil.which("sudo")) else None
    if root is None:
        print(f"As root, run: apt-get install {name}")
        return False
    print(f"Installing the system package {name} …", flush=True)
    subprocess.run([*root, apt, "update", "-q"], check=False)
    return subprocess.run([*root, apt, "install", "-q", "-y", name], check=False).returncode == 0


def pip(*arguments: str) -> None:
    """Run the environment's pip, quietly; ends the program where it fails."""
    done = subprocess.run([str(PYTHON), "-m", "pip", "--disable-pip-version-check", "-q", *arguments])
    if done.returncode != 0:
        sys.exit("Installing failed; what pip said stands above.\nMend that, then run the same command again.")


if __name__ == "__main__":
    install(dev="--dev" in sys.argv[1:])
