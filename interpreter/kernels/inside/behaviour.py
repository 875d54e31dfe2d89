"""What an interrupt, `exit` and `!command` do in a block."""

# ipykernel's functions carry no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from IPython.core.autocall import ZMQExitAutocall

from .packages import let_pip_be_uv
from .streams import drain_pipes
from .viewers import show_inline


class Kernel(IPythonKernel):  # type: ignore[misc,unused-ignore]
    """ipykernel's, except that an interrupt also reaches code that awaits something, and that it can be looked at.

    What is evaluated after a block is also evaluated after one that failed: its changes are as real.
    """

    control_msg_types = [*IPythonKernel.control_msg_types, "look_request"]  # noqa: RUF012

    async def do_execute(
        self,
        code: str,
        silent: bool,
        store_history: bool = True,
        user_expressions: dict[str, str] | None = None,
        allow_stdin: bool = False,
        **kwargs: Any,
    ) -> dict[str, Any]:
        reply: dict[str, Any] = await super().do_execute(
            code, silent, store_history, user_expressions, allow_stdin, **kwargs
        )
        if user_expressions and reply["status"] == "error":
            shell: Any = self.shell
            reply["user_expressions"] = shell.user_expressions(user_expressions)
        return reply

    async def look_request(self, stream: Any, ident: Any, parent: Any) -> None:
        """Tell where the running block is; asked and answered in the thread of the control channel."""
        from .look import frames

        session: Any = self.session
        loop: Any = self.io_loop
        session.send(stream, "look_reply", {"frames": frames(self.shell, loop.asyncio_loop)}, parent, ident)

    @contextmanager
    def _cancel_on_sigint(self, future: Any) -> Iterator[None]:
        with super()._cancel_on_sigint(future):
            cancel: Any = signal.getsignal(signal.SIGINT)
            loop = asyncio.get_running_loop()

            def cancel_now(*args: Any) -> None:
                cancel(*args)
                # What it did takes effect in the next round of a loop that may sleep for long.
                loop.call_soon_threadsafe(lambda: None)

            signal.signal(signal.SIGINT, cancel_now)
            yield


class Exit(ZMQExitAutocall):  # type: ignore[misc,unused-ignore]
    """Ends the block and keeps the kernel: its variables are the session's memory."""

    def __call__(self, code: Any = None) -> None:
        raise SystemExit(code)


def system(shell: Any, command: str) -> None:
    """Run a shell command whose input is empty; its output streams as it comes."""
    __tracebackhide__ = True
    process = subprocess.Popen(
        shell.var_expand(command, depth=1),
        shell=True,
        executable=shutil.which("bash"),
        stdin=subprocess.DEVNULL,
    )
    try:
        code = process.wait()
    except KeyboardInterrupt:
        # The interrupt has reached its whole group; not everything obeys.
        with suppress(subprocess.TimeoutExpired):
            process.wait(1)
        process.kill()
        raise
    shell.user_ns["_exit_code"] = code


def tame_shell(shell: Any) -> None:
    """Let `exit` end the block and not the kernel, `!` read no input, and no second copy of all output be kept."""
    warnings.filterwarnings("ignore", message="To exit: use")
    shell.exiter = Exit(shell)
    for name in ("exit", "quit"):
        shell.user_ns[name] = shell.user_ns_hidden[name] = shell.exiter
    shell.system = shell.system_piped = lambda command: system(shell, command)
    let_pip_be_uv(shell)
    show_inline()
    shell._tee = lambda channel: nullcontext()
    shell.events.register("post_execute", drain_pipes)
