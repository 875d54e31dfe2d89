"""The second best box on Linux: the process gives up its own rights to files and ports, then becomes the kernel.

It needs nothing installed and no namespaces. It cannot take back a part of what it grants, so that `.git` in the
working folder can be written to, and the user's processes can be seen. Linux before 6.7 knows nothing of TCP in it:
there code without the network gets no sockets for it, and kernels that need them do not start.
"""

import json
import os
import sys
from pathlib import Path

from interpreter.sandbox.box import Kind
from interpreter.sandbox.inside.landlocked import TCP_SINCE, version
from interpreter.sandbox.rights import Limits, Rights
from interpreter.sandbox.seccomp import filter_for
from interpreter.sandbox.shell import limited
from interpreter.sandbox.system_files import system_files

SCRIPT = Path(__file__).with_name("inside") / "landlocked.py"
RULES, FILTER = "landlock.json", "landlock.bpf"
READABLE = ("/proc", "/sys/devices/system/cpu")


class Landlock:
    """A box made by the process itself; its home and temporary folder are the session's, by their real paths."""

    kind: Kind = "landlock"
    # A supervisor stands between the agent and the kernel.
    is_apart = True

    protected = None

    def __init__(self, rights: Rights, limits: Limits) -> None:
        self._rights = rights
        self._limits = limits
        self.home, self.temporary = rights.home, rights.temporary

    def prepare(self) -> None:
        """Make the folders of the session and the filter."""
        self._rights.make_folders()
        closed = not self._rights.network
        if program := filter_for(only_tcp=closed, internet=not closed or version() >= TCP_SINCE):
            (self._rights.state / FILTER).write_bytes(program)

    def close(self) -> None:
        """Nothing stands outside of the session's folder."""

    def confine(self, argv: list[str], folder: Path) -> list[str]:
        """The command, below the limits, after it has given up its rights."""
        rules = folder / RULES
        rules.write_text(json.dumps(self._rules(folder)), encoding="utf-8")
        return limited([sys.executable, "-I", str(SCRIPT), str(rules), "--", *argv], self._limits, {})

    def _rules(self, kernel: Path) -> dict[str, object]:
        rights, filter_file = self._rights, self._rights.state / FILTER
        read = [*READABLE, *system_files(network=rights.network), *map(str, (*rights.programs, *rights.read, SCRIPT))]
        write = [rights.folder, rights.home, rights.temporary, rights.packages, kernel, *rights.write]
        return {
            "read": read,
            "write": [str(path) for path in write],
            "ports": None if rights.network else _ports_of(kernel),
            "filter": str(filter_file) if filter_file.exists() else None,
            "parent": os.getpid(),
        }


def _ports_of(kernel: Path) -> list[int]:
    """The ports of a kernel that cannot be reached by files."""
    address = json.loads((kernel / "connection.json").read_text(encoding="utf-8"))
    return [address[name] for name in address if name.endswith("_port")] if address["transport"] == "tcp" else []
