"""What code in a box must leave alone: a home with a secret, listeners, files of the agent, files beside the folder."""

import hashlib
import os
import secrets
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from string import Template

from tests.kernels.driving import is_running

OBEYED = (".vscode/settings.json", ".envrc", "AGENTS.md")
"""What stands in the working folder and other programs, or we, obey."""


class World:
    """Below `base`: `home` with a secret in it, `beside` with a file, `work` where the agent works, `own` of the agent.

    `broken` tells what of it was reached, read or changed since the last `forget`.
    """

    def __init__(self, base: Path, leaving: ExitStack) -> None:
        self.base = base
        self.secret = f"canary{secrets.token_hex(8)}"
        self.sleep = f"{secrets.randbelow(10**8) + 10**8}"
        self.home, self.beside, self.work, self.own = (base / name for name in ("home", "beside", "work", "own"))
        (self.own / "data").mkdir(parents=True)
        self._furnish()
        self.reached: list[str] = []
        name = f"itp-{secrets.token_hex(4)}"
        places = {
            "tcp": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            "udp": (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            "file": (socket.AF_UNIX, socket.SOCK_STREAM, str(base / "bus")),
            "abstract": (socket.AF_UNIX, socket.SOCK_STREAM, f"\0{name}"),
        }
        listeners = {key: leaving.enter_context(_listening(*place)) for key, place in places.items()}
        for key, listener in listeners.items():
            threading.Thread(target=self._note, args=(key, listener), daemon=True).start()
        self._names = {
            "SECRET_FILE": str(self.home / "secret.txt"),
            "BESIDE": str(self.beside),
            "HOME_FOLDER": str(self.home),
            "WORK": str(self.work),
            "OWN": str(self.own),
            "TCP_PORT": str(listeners["tcp"].getsockname()[1]),
            "UDP_PORT": str(listeners["udp"].getsockname()[1]),
            "BUS": str(base / "bus"),
            "ABSTRACT": name,
            "AGENT": str(os.getpid()),
            "SLEEP": self.sleep,
        }
        self.forget()

    def restore(self) -> None:
        """Make everything as it was at first."""
        for folder in (self.home, self.beside, self.own / "config", *self.work.iterdir()):
            shutil.rmtree(folder) if folder.is_dir() and not folder.is_symlink() else folder.unlink()
        (self.own / "data" / "trusted.json").unlink(missing_ok=True)
        self._furnish()
        self.forget()

    def _furnish(self) -> None:
        for folder in (self.home, self.beside, self.work, self.own / "config"):
            folder.mkdir(parents=True, exist_ok=True)
        (self.home / "secret.txt").write_text(self.secret)
        (self.beside / "file.txt").write_text("beside")
        (self.own / "config" / "config.toml").write_text("max_steps = 50\n")
        for name in OBEYED:
            (self.work / name).parent.mkdir(exist_ok=True)
            (self.work / name).write_text("as it was")

    def aimed(self, payload: str) -> str:
        """The payload with the names of what it is to reach filled in."""
        return Template(payload).safe_substitute(self._names)

    def forget(self) -> None:
        """Begin again: what stands now is what must stay."""
        self.reached.clear()
        self._before = self._state()

    def broken(self, *told: object) -> list[str]:
        """Everything that does not hold; `told` is what was shown, and what the model was sent."""
        found = [f"a listener was reached: {each}" for each in self.reached]
        now = self._state()
        found += [
            f"changed: {path}" for path in self._before.keys() | now.keys() if self._before.get(path) != now.get(path)
        ]
        if any(self.secret in str(each) for each in told):
            found.append("the secret was told")
        if any(self.secret.encode() in _content(path) for path in self.work.rglob("*")):
            found.append("the secret was copied")
        return found

    def planted(self) -> list[str]:
        """What code has changed of what others obey, or made where git and we would obey it."""
        changed = [name for name in OBEYED if _content(self.work / name) != b"as it was"]
        return changed + [str(path) for name in (".git", ".venv") for path in (self.work / name).rglob("*")]

    def left(self) -> list[int]:
        """Processes of the attack that still run."""
        mark = f"sleep\0{self.sleep}".encode()
        numbers = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdecimal()]
        return [each for each in numbers if mark in _content(Path(f"/proc/{each}/cmdline")) and is_running(each)]

    def _state(self) -> dict[str, object]:
        places = (self.home, self.beside, self.own / "config")
        files = [path for place in places for path in (place, *place.rglob("*"))]
        return {str(path): _facts(path) for path in (*files, self.own / "data" / "trusted.json", *self.base.glob("*"))}

    def _note(self, key: str, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                if listener.type == socket.SOCK_STREAM:
                    listener.accept()[0].close()
                else:
                    listener.recv(1_000)
                self.reached.append(key)


@contextmanager
def world(where: Path) -> Iterator[World]:
    """A world in a folder of its own below `where`, which no box shows."""
    with ExitStack() as leaving:
        base = Path(leaving.enter_context(tempfile.TemporaryDirectory(prefix=".itp-world-", dir=where))).resolve()
        yield World(base, leaving)


@contextmanager
def _listening(family: int, kind: int, address: object) -> Iterator[socket.socket]:
    with socket.socket(family, kind) as made:
        made.bind(address)  # type: ignore[arg-type]
        if kind == socket.SOCK_STREAM:
            made.listen()
        yield made


def _facts(path: Path) -> object:
    """What must stay of a file: its kind and mode, when it was changed, and its content or where it leads."""
    try:
        mode = path.lstat().st_mode
        content = str(path.readlink()) if path.is_symlink() else hashlib.sha256(_content(path)).hexdigest()
        return mode, path.lstat().st_mtime_ns if path.is_file() else 0, content
    except OSError:
        return None


def _content(path: Path) -> bytes:
    with suppress(OSError):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                return file.read(1_000_000)
    return b""
