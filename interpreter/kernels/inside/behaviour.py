"""What an interrupt, `exit` and `!command` do in a block."""

# ipykernel's functions carry no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from IPython.core.autocall import ZMQExitAutocall


class Kernel(IPythonKernel):  # type: ignore[misc,unused-ignore]
    """ipykernel's, except that an interrupt also reaches code that awaits something."""

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
        executable=os.environ.get("SHELL") or None,
        stdin=subprocess.DEVNULL,
        # Or an interrupt sent to the group would leave a command running that ignores what its parent ignores.
        restore_signals=True,
    )
    try:
        code = process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        process.wait()
        raise
    shell.user_ns["_exit_code"] = code
