"""A real Jupyter Server on loopback, in folders of its own, with what tests want to know of it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from interpreter.core.cancel import CancelToken
from interpreter.kernels.remote_kernels import RemoteKernels
from interpreter.kernels.server_address import ServerAddress

TOKEN = "a-token-that-nobody-else-has"
START_SECONDS = 60
UNLIMITED = ("--ZMQChannelsWebsocketConnection.limit_rate=False",)
"""Without the server's own bounds on what a kernel may write in a second."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class JupyterServer:
    """Started by `start`, and again after `stop`, at the same port."""

    folder: Path
    options: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> ServerAddress:
        return ServerAddress(self.url, TOKEN)

    def start(self) -> "JupyterServer":
        """Start it and wait until it answers."""
        for name in ("config", "data", "runtime", "ipython", "work"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        environment = {
            **os.environ,
            "JUPYTER_CONFIG_DIR": str(self.folder / "config"),
            "JUPYTER_DATA_DIR": str(self.folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "runtime"),
            "IPYTHONDIR": str(self.folder / "ipython"),
            "JUPYTER_TOKEN": TOKEN,
            "JUPYTER_NO_CONFIG": "1",
        }
        options = ["--no-browser", "--ip=127.0.0.1", f"--port={self.port}", "--ServerApp.port_retries=0"]
        options += ["--allow-root", f"--ServerApp.root_dir={self.folder / 'work'}", *self.options]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyter_server", *options],
                cwd=self.folder / "work",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(URLError, OSError):
                self.ask("/api/status")
                return self
            time.sleep(0.1)
        raise RuntimeError(f"The server did not start:\n{self.log}")

    def ask(self, path: str) -> Any:
        request = Request(self.url + path, headers={"Authorization": f"token {TOKEN}"})
        with urlopen(request, timeout=10) as response:
            return json.load(response)

    @property
    def kernels(self) -> list[str]:
        """The ids of the kernels that run there."""
        return [kernel["id"] for kernel in self.ask("/api/kernels")]

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def pauses(self, seconds: float) -> None:
        """Let it do nothing at all for a while."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.process.send_signal(signal.SIGCONT)

    def stop(self, *, kindly: bool = True) -> None:
        """End it and its kernels, whatever state they are in; unkindly, it can say goodbye to nobody."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM if kindly else signal.SIGKILL)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        self.process = None


@contextmanager
def jupyter_server(folder: Path, *options: str) -> Iterator[JupyterServer]:
    """A server that runs meanwhile, and whose kernels are gone afterwards."""
    server = JupyterServer(folder, options)
    try:
        yield server.start()
    finally:
        server.stop()


def remote_kernels(server: JupyterServer, token: CancelToken, **settings: Any) -> RemoteKernels:
    """Kernels on that server."""
    return RemoteKernels(server.address, cancel=token, **{"allows_input": False, **settings})
