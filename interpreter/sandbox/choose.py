"""Which box: the strongest that a live probe shows to work here."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TypeAlias

from interpreter.core.errors import WrongUsage
from interpreter.sandbox import seatbelt
from interpreter.sandbox.box import Box, Kind
from interpreter.sandbox.bubblewrap import Bubblewrap, find_bubblewrap
from interpreter.sandbox.landlock import Landlock
from interpreter.sandbox.rights import Limits, Rights

Wanted: TypeAlias = Literal["auto", "bubblewrap", "landlock", "seatbelt", "none"]

ORDER: tuple[Kind, ...] = ("bubblewrap", "seatbelt", "landlock")
"""The strongest first."""

PROBE_SECONDS = 10.0
"""A probe takes a few hundredths of a second; a machine that is busy may need longer."""

PROBE = """
import sys
open("made", "w").close()
try:
    open(sys.argv[1]).close()
except OSError:
    sys.exit(0)
sys.exit(3)
"""
"""A file that the box does not show cannot be read, and the working folder can be written to."""


@dataclass(frozen=True, slots=True)
class Found:
    """What looking for a box came to: the kind that works, and why each stronger one does not."""

    kind: Kind | None
    reasons: Mapping[Kind, str]


def made(kind: Kind, rights: Rights, limits: Limits) -> Box | None:
    """A box of that kind; None where what it is made with is missing."""
    match kind:
        case "bubblewrap":
            program = find_bubblewrap()
            return Bubblewrap(program, rights, limits) if program else None
        case "landlock":
            return Landlock(rights, limits) if sys.platform == "linux" else None
        case "seatbelt":
            return seatbelt.Seatbelt(rights, limits) if seatbelt.is_here() else None
        case "none":
            return None


def find_box(wanted: Wanted, probe: Callable[[Kind], str] = lambda kind: why_not(kind)) -> Found:
    """The kind of box to use; `auto` is the strongest that works, and `probe` gives the reason against one."""
    reasons: dict[Kind, str] = {}
    for kind in ORDER if wanted == "auto" else (wanted,):
        if not (reason := probe(kind)):
            return Found(kind, reasons)
        reasons[kind] = reason
    return Found(None, reasons)


def why_not(kind: Kind) -> str:
    """Why a kind of box does not work here, found by trying it; empty where it works."""
    with TemporaryDirectory(prefix="itp-probe-") as place:
        # Neither the one nor the other is below what a box shows.
        base = Path(place).resolve()
        folder, kernel, hidden = base / "work", base / "kernel", base / "hidden"
        for each in (folder, kernel, base / "state"):
            each.mkdir()
        hidden.write_text("hidden")
        (kernel / "connection.json").write_text('{"transport": "ipc"}')
        box = made(kind, Rights(folder, base / "state", programs=_own_programs()), Limits())
        if box is None:
            return MISSING[kind]
        try:
            box.prepare()
            return _probed(box.confine([sys.executable, "-I", "-S", "-c", PROBE, str(hidden)], kernel), folder)
        except OSError as error:
            return f"it could not be tried: {error.strerror or error}"
        finally:
            box.close()


def _own_programs() -> tuple[Path, ...]:
    from interpreter.sandbox.programs import program_folders

    return program_folders([sys.executable], Path.home())


def _probed(command: list[str], folder: Path) -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PROBE_SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"it did not start within {PROBE_SECONDS:g} seconds"
    if done.returncode == 0:
        return ""
    said = done.stderr.strip().splitlines()
    return said[-1] if said else f"what is outside can be read in it (exit code {done.returncode})"


MISSING: Mapping[Kind, str] = {
    "bubblewrap": "the program bwrap is not installed",
    "landlock": "it is a part of Linux alone",
    "seatbelt": "it is a part of macOS alone",
    "none": "",
}

INSTALL = "apt install bubblewrap, or pip install 'kernel-interpreter[local]'"


def no_box(found: Found) -> WrongUsage:
    """The error for somebody who wants code to run unasked where no box works."""
    why = "; ".join(f"{kind}: {reason}" for kind, reason in found.reasons.items())
    return WrongUsage(
        f"Code that runs without a question belongs in a box, and none works here ({why}).",
        f"Get one ({INSTALL}), or run it with all your rights: --sandbox none",
    )
