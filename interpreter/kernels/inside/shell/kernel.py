"""The kernel: Jupyter's requests become cells of a shell session, and their ends become replies."""

# ipykernel's functions carry no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from ipykernel.kernelbase import Kernel

from .groups import Stopping
from .session import Outcome, Session
from .state import State

LOST = "[bash had to be killed: its state is what it was before this block]\n"


class ShellKernel(Kernel):  # type: ignore[misc,unused-ignore]
    """bash; what the user's shell sees of the environment is set before the application starts."""

    implementation = "interpreter-bash"
    implementation_version = "1"
    banner = "bash"
    language_info: dict[str, object] = {"name": "bash", "mimetype": "text/x-sh", "file_extension": ".sh"}  # noqa: RUF012
    environment: ClassVar[Mapping[str, str]] = {}
    bash = "bash"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        parent: Any = self.parent
        self._stopping: Stopping | None = None
        folder = Path(parent.abs_connection_file).parent / "bash"
        self._shell = Session(folder, self.bash, self.environment, self._send_text)
        self._state = State(self._shell.state)

    def pre_handler_hook(self) -> None:
        self._before = signal.signal(signal.SIGINT, self._interrupted)

    def post_handler_hook(self) -> None:
        signal.signal(signal.SIGINT, self._before)

    async def do_execute(
        self,
        code: str,
        silent: bool,
        store_history: bool = True,
        user_expressions: dict[str, str] | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Run a cell; only its end is a reply, what it writes is sent as it comes."""
        reply = self._run(code)
        reply["user_expressions"] = {key: self._state.evaluated(text) for key, text in (user_expressions or {}).items()}
        return reply

    def _run(self, code: str) -> dict[str, Any]:
        self._stopping = stopping = Stopping()
        parent = self.get_parent("shell")
        try:
            outcome = self._shell.run(code, parent, stopping) if code.strip() else Outcome(0)
        finally:
            self._stopping = None
        if stopping.has_killed:
            self._send_text(parent, "stderr", LOST)
        if stopping.is_asked:
            return self._failed("KeyboardInterrupt", "")
        if outcome.syntax:
            return self._failed("SyntaxError", outcome.syntax)
        if outcome.status:
            return self._failed("ExitStatus", described(outcome.status))
        return {"status": "ok", "execution_count": self.execution_count, "payload": []}

    async def do_shutdown(self, restart: bool) -> dict[str, Any]:
        self._shell.close()
        return {"status": "ok", "restart": restart}

    def _interrupted(self, number: int, frame: Any) -> None:
        if self._stopping is not None:
            self._stopping.ask()

    def _failed(self, name: str, message: str) -> dict[str, Any]:
        content = {"ename": name, "evalue": message, "traceback": [f"{name}: {message}" if message else name]}
        self.send_response(self.iopub_socket, "error", content)
        return {"status": "error", "execution_count": self.execution_count, **content}

    def _send_text(self, parent: Any, name: str, text: str) -> None:
        """Send text and wait until it is on its way, which takes as long as its reader needs."""
        content = {"name": name, "text": text}
        session: Any = self.session
        session.send(self.iopub_thread, "stream", content, parent, ident=f"stream.{name}".encode())
        sent = threading.Event()
        self.iopub_thread.schedule(sent.set)
        sent.wait()


def described(status: int) -> str:
    """The number, and the signal that it may stand for."""
    try:
        return f"{status} ({signal.Signals(status - 128).name})" if status > 128 else str(status)
    except ValueError:
        return str(status)
