"""What a Python on this machine is: its executable, its version, whether a kernel can run in it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from interpreter.kernels.launch import without_relative_paths

ANSWER_SECONDS = 10.0
"""How long a Python may take to say what it is; a healthy one needs a twentieth of a second."""

VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?")

# As old as Python 2, so that even that can say what it is; nothing of the working folder is imported.
QUESTION = """
import sys
sys.path[:] = [path for path in sys.path if path]
print("%d.%d.%d" % sys.version_info[:3])
from importlib.util import find_spec
for name in ("ipykernel", "pip"):
    if find_spec(name):
        print(name)
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a Python is: its version, as in 3.12.1, and whether it has ipykernel and pip."""

    version: str
    has_ipykernel: bool
    has_pip: bool


def executable_in(home: Path) -> Path | None:
    """The Python of a virtual or conda environment; None where there is none that could be started."""
    candidates = (home / "bin" / "python", home / "Scripts" / "python.exe", home / "python.exe")
    return next((path for path in candidates if path.is_file() and os.access(path, os.X_OK)), None)


def home_of(executable: Path) -> Path | None:
    """The environment that an executable belongs to, None where it is no environment's."""
    for folder in (executable.parent.parent, executable.parent):
        if (folder / "pyvenv.cfg").is_file() or (folder / "conda-meta").is_dir():
            return folder
    return None


def facts_of(executable: Path, home: Path | None, environment: Mapping[str, str]) -> Facts | None:
    """What can be read from the environment's files, and else what the Python says; None when it does not start."""
    version = version_in(home) if home else ""
    if home and version and _has_ipykernel(home):
        return Facts(version, True, True)
    # As activation does: in an environment it would make Python look for its own modules elsewhere.
    kept = {name: value for name, value in environment.items() if name != "PYTHONHOME" or home is None}
    return ask(executable, kept)


def version_in(home: Path) -> str:
    """The version that an environment's own files name; empty where they do not."""
    with suppress(OSError, ValueError):
        for line in (home / "pyvenv.cfg").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            if name.strip() in ("version", "version_info") and (found := VERSION.match(value.strip())):
                return found.group()
    names = sorted(path.name for path in home.glob("conda-meta/python-[0-9]*.json"))
    found = VERSION.search(names[0]) if names else None
    return found.group() if found else ""


def ask(executable: Path, environment: Mapping[str, str]) -> Facts | None:
    """What a Python says of itself, with the modules that its kernel would find."""
    said = _output([os.fspath(executable), "-c", QUESTION], environment).split()
    version = next((word for word in said if VERSION.fullmatch(word)), "")
    return Facts(version, "ipykernel" in said, "pip" in said) if version else None


def linked_folders(home: Path | None, version: str) -> tuple[Path, ...]:
    """What a Python imports from outside of its environment: the folders that `.pth` files name, and the user's own."""
    major_minor = ".".join(version.split(".")[:2])
    users = (Path.home() / ".local" / "lib" / f"python{major_minor}" / "site-packages",)
    sites = [*(home.glob("lib/python3*/site-packages") if home else ()), *users]
    named = [Path(line.strip()) for site in sites for file in sorted(site.glob("*.pth")) for line in _lines(file)]
    return tuple(path for path in (*users, *named) if path.is_absolute() and path.is_dir())


def _lines(file: Path) -> list[str]:
    with suppress(OSError, ValueError):
        return [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith(("import", "#"))]
    return []


def _has_ipykernel(home: Path) -> bool:
    patterns = ("lib/python3*/site-packages", "lib64/python3*/site-packages", "Lib/site-packages")
    return any((folder / "ipykernel" / "kernelapp.py").is_file() for each in patterns for folder in home.glob(each))


def _output(argv: list[str], environment: Mapping[str, str]) -> str:
    """What a program prints within the time it has; empty when it cannot be started."""
    try:
        process = subprocess.Popen(
            argv,
            cwd=Path(argv[0]).parent,
            env={**without_relative_paths(environment), "PYTHONSAFEPATH": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return ""
    try:
        return process.communicate(timeout=ANSWER_SECONDS)[0].decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        return ""
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a program with all that it started: a child could keep the pipe open."""
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    if process.stdout:
        process.stdout.close()
    process.wait()
