"""The box of macOS: a profile for sandbox-exec. Untested: it has not been run on a Mac."""

import os
import sys
from pathlib import Path

from interpreter.sandbox.box import Kind
from interpreter.sandbox.rights import PROTECTED, Limits, Rights
from interpreter.sandbox.shell import limited

PROGRAM = Path("/usr/bin/sandbox-exec")

BASE = """\
(version 1)
(deny default)
(allow process-fork)
(allow process-exec)
(allow signal (target same-sandbox))
(allow sysctl-read)
(allow mach-lookup (global-name "com.apple.system.logger") (global-name "com.apple.system.opendirectoryd.libinfo"))
(allow file-read-metadata)
(allow file-ioctl file-read* file-write-data (literal "/dev/null") (literal "/dev/zero") (literal "/dev/random")
  (literal "/dev/urandom") (literal "/dev/tty"))
"""

SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/System",
    "/Library/Frameworks",
    "/Library/Developer",
    "/opt/homebrew",
    "/private/etc",
    "/private/var/db/timezone",
    "/dev",
)
"""Folders of the system and of what is installed beside it."""


class Seatbelt:
    """A box made by the system's own program from a profile of what is allowed."""

    kind: Kind = "seatbelt"
    is_apart = False

    protected = None

    def __init__(self, rights: Rights, limits: Limits) -> None:
        self._rights = rights
        self._limits = limits
        self.home, self.temporary = rights.home, rights.temporary

    def prepare(self) -> None:
        """Make the folders of the session."""
        self._rights.make_folders()

    def close(self) -> None:
        """Nothing stands outside of the session's folder."""

    def confine(self, argv: list[str], folder: Path) -> list[str]:
        """The command, below the limits, in the box."""
        profile = folder / "seatbelt.sb"
        profile.write_text(self.profile(folder), encoding="utf-8")
        return limited([str(PROGRAM), "-f", str(profile), *argv], self._limits, {})

    def profile(self, kernel: Path) -> str:
        """What is allowed, in the language of seatbelt: a later rule goes before an earlier one."""
        rights = self._rights
        write = [rights.folder, rights.home, rights.temporary, rights.packages, kernel, *rights.write]
        read = [*map(Path, SYSTEM), *rights.programs, *rights.read, *write]
        lines = [
            f"(allow file-read* {_places(read)})",
            f"(allow file-write* {_places(write)})",
            f"(deny file-write* {_places(tuple(rights.folder / name for name in PROTECTED))})",
        ]
        if written_again := [path for path in rights.write if path.is_relative_to(rights.folder)]:
            lines.append(f"(allow file-write* {_places(written_again)})")
        if rights.hidden:
            lines.append(f"(deny file-read* file-write* {_places(rights.hidden)})")
        if rights.network:
            lines.append("(allow network*)")
        else:
            lines.append(f"(allow network-bind network-outbound network-inbound {_places([kernel])})")
        return BASE + "\n".join(lines) + "\n"


def is_here() -> bool:
    """Whether this is a Mac with the program for it."""
    return sys.platform == "darwin" and PROGRAM.exists()


def _places(paths: tuple[Path, ...] | list[Path]) -> str:
    return " ".join(f'(subpath "{_quoted(path)}")' for path in paths)


def _quoted(path: Path) -> str:
    # The kernel compares resolved paths: /tmp is a link there.
    return os.path.realpath(path).replace("\\", "\\\\").replace('"', '\\"')
