"""What this machine lacks for a kind of box; where nothing is lacking, a test of containment may not be left out."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from interpreter.sandbox.bubblewrap import find_bubblewrap
from interpreter.sandbox.choose import why_not
from interpreter.sandbox.inside.landlocked import version

NOT_TRIED = "does not work on this machine"

LIMITS_OF_NAMESPACES = (
    ("/proc/sys/user/max_user_namespaces", "0"),
    ("/proc/sys/kernel/unprivileged_userns_clone", "0"),
    ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"),
)
"""Files of the kernel, and what stands there where users may make no namespaces."""


def lacking(kind: str) -> str:
    """What the machine truly lacks for it, seen without trying the box; empty where it should work."""
    if sys.platform != "linux":
        return "it is a part of Linux"
    if kind == "landlock":
        return "" if version() else "this kernel has no landlock"
    if find_bubblewrap() is None:
        return "bubblewrap is not installed"
    forbidden = [file for file, value in LIMITS_OF_NAMESPACES if _read(file) == value]
    return f"{forbidden[0]} forbids namespaces" if forbidden else _refused()


def kind_that_works(kind: str) -> None:
    """Skip where the kind does not work; in CI, fail unless the machine lacks what it takes."""
    reason = why_not(kind)  # type: ignore[arg-type]
    if not reason:
        return
    lacks = lacking(kind)
    if os.environ.get("CI") and not lacks:
        pytest.fail(f"{kind} does not work here, and nothing that it takes is lacking: {reason}")
    pytest.skip(f"{kind} {NOT_TRIED}: {lacks or reason}")


def _refused() -> str:
    """Whether the system refuses a namespace to a program that is not ours."""
    program = shutil.which("unshare")
    if program is None:
        return ""
    done = subprocess.run([program, "--user", "--map-root-user", "true"], capture_output=True, text=True)
    return f"the system refuses namespaces: {done.stderr.strip()}" if done.returncode else ""


def _read(file: str) -> str:
    try:
        return Path(file).read_text().strip()
    except OSError:
        return ""
