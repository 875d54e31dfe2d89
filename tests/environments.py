"""Virtual environments for tests, made without a network."""

import subprocess
import sys
import sysconfig
from pathlib import Path

SITE = sysconfig.get_paths()["purelib"]
"""Where our own packages are, ipykernel among them."""

PIP = """
import pathlib, sys
print("installing", *sys.argv[1:])
pathlib.Path(__file__).parent.parent.joinpath("ours.pth").write_text({site!r})
sys.exit({code})
"""
"""Stands in for pip: whatever it is told to install, ours is there afterwards."""


def make_environment(home: Path, *, has_ipykernel: bool = True, pip: int | None = None) -> Path:
    """An environment in a new folder; `pip` is the exit code of the stand-in for pip, None for no pip at all."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    if has_ipykernel:
        (site_of(home) / "ours.pth").write_text(SITE)
    if pip is not None:
        (site_of(home) / "pip").mkdir()
        (site_of(home) / "pip" / "__init__.py").touch()
        (site_of(home) / "pip" / "__main__.py").write_text(PIP.format(site=SITE, code=pip))
    return home


def site_of(home: Path) -> Path:
    """Where the packages of an environment are."""
    return next(home.glob("lib/python3*/site-packages"))


def python_of(home: Path) -> str:
    return str(home / "bin" / "python")
