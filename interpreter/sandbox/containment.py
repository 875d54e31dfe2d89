"""Whether a box holds: things of this machine that code in it must not reach, and what was reached of them."""

import json
import os
import secrets
import shutil
import socket
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from interpreter.sandbox.box import Kind
from interpreter.sandbox.inside.attempts import started

SCRIPT = Path(__file__).with_name("inside") / "attempts.py"

ROWS: Mapping[str, str] = {
    "home": "read a file in the home",
    "outside": "write beside the working folder",
    "repository": "write to .git/config",
    "tcp": "connect by TCP",
    "udp": "send by UDP",
    "dns": "look up a name",
    "socket": "connect to a socket of this machine",
    "abstract": "connect to an abstract socket",
    "proc": "read the agent's environment",
    "kill": "end the agent",
    "namespace": "make a namespace of its own",
    "key": "find a provider's key",
}
"""What is tried, in the order of the table."""

NOT_STOPPED: Mapping[Kind, frozenset[str]] = {
    "bubblewrap": frozenset(),
    "landlock": frozenset({"repository", "socket"}),
    "seatbelt": frozenset(),
}
"""What a kind of box does not promise to stop."""

BY_SCOPE = frozenset({"abstract", "kill"})
"""What landlock stops since Linux 6.12."""

KEY = "OPENAI_API_KEY"


@dataclass
class Canary:
    """Stands ready to be reached: a file in the home, one beside the working folder, listening sockets.

    `reached` holds what arrived at the sockets: whatever the box says, nothing may. Made with `with`; `folder` is a
    working folder of its own.
    """

    folder: Path = field(init=False)
    reached: list[str] = field(default_factory=list)

    def __enter__(self) -> "Canary":
        self._base = Path(tempfile.mkdtemp(prefix="itp-canary-")).resolve()
        self.folder = self._base / "work"
        (self.folder / ".git").mkdir(parents=True)
        (self.folder / ".git" / "config").write_text("[core]\n")
        self._home = Path.home() / f".itp-canary-{secrets.token_hex(4)}"
        self._home.write_text("canary\n")
        self._name = f"itp-canary-{secrets.token_hex(4)}"
        self._sockets = {
            "tcp": _listening(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            "udp": _listening(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            "dns": _listening(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            "socket": _listening(socket.AF_UNIX, socket.SOCK_STREAM, str(self._base / "s")),
            "abstract": _listening(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self._name}"),
        }
        for name, each in self._sockets.items():
            threading.Thread(target=self._note, args=(name, each), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for each in self._sockets.values():
            each.close()
        self._home.unlink(missing_ok=True)
        shutil.rmtree(self._base, ignore_errors=True)

    def targets(self) -> dict[str, object]:
        """What `attempts.py` is to aim at."""
        ports = {name: list(self._sockets[name].getsockname()) for name in ("tcp", "udp", "dns")}
        return {
            **ports,
            "home": str(self._home),
            "outside": str(self._base / "beside.txt"),
            "repository": str(self.folder / ".git" / "config"),
            "socket": str(self._base / "s"),
            "abstract": f"@{self._name}",
            "proc": [os.getpid(), started(os.getpid())],
            "kill": [os.getpid(), started(os.getpid())],
            "namespace": "",
            "key": KEY,
        }

    def forget(self) -> None:
        """Begin again: nothing has been reached."""
        self.reached.clear()
        (self._base / "beside.txt").unlink(missing_ok=True)

    def results(self, printed: str) -> dict[str, str]:
        """What came of each try, by what the script printed, and by what was seen from here."""
        found: dict[str, str] = json.loads(printed.strip().splitlines()[-1])
        # What seems to work in a box may have led nowhere.
        found |= {name: "reached" if name in self.reached else "denied" for name in self._sockets}
        found["outside"] = "written" if (self._base / "beside.txt").exists() else "denied"
        return found

    def _note(self, name: str, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                if listening.type == socket.SOCK_STREAM:
                    taken, _ = listening.accept()
                    taken.close()
                else:
                    listening.recv(1_000)
                self.reached.append(name)


def not_stopped(kind: Kind) -> frozenset[str]:
    """The rows that a box of this kind does not promise to stop on this machine."""
    from interpreter.sandbox.inside.landlocked import SCOPES_SINCE, version

    lacks = BY_SCOPE if kind == "landlock" and version() < SCOPES_SINCE else frozenset()
    return NOT_STOPPED.get(kind, frozenset()) | lacks


def broken(kind: Kind, results: Mapping[str, str]) -> list[str]:
    """The rows that a box of this kind promises to stop and did not."""
    return [row for row in ROWS if results.get(row) != "denied" and row not in not_stopped(kind)]


def _listening(family: int, kind: int, address: str | tuple[str, int]) -> socket.socket:
    made = socket.socket(family, kind)
    made.bind(address)
    if kind == socket.SOCK_STREAM:
        made.listen()
    return made
