"""Starts an IPython kernel the way this program wants it: python startup.py FOLDER_TO_IMPORT_FROM -f CONNECTION."""

# ipykernel's functions carry no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:] = [path for path in sys.path if path and Path(path).resolve() != HERE]
if not __package__:
    # Run by its path: make its folder a package, so that relative imports work and no module of the user is hidden.
    __package__ = HERE.name
    sys.path.insert(0, str(HERE.parent))
    __import__(__package__)
    del sys.path[0]

COLOURS = ("CLICOLOR", "FORCE_COLOR", "CLICOLOR_FORCE")


def main(folder: str, arguments: list[str]) -> None:
    """Start the kernel; comes back when it ends."""
    die_with_parent()
    colours = {name: os.environ.get(name) for name in COLOURS}
    log = os.dup(2)
    # The debugger is not used here and takes a tenth of a second to import.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    # First of all that is not Python's own, so that its absence is what the log ends with.
    import ipykernel  # noqa: F401

    from .application import Application
    from .behaviour import tame_shell

    app: Any = Application.instance(config=settings())
    app.initialize(arguments)
    del sys.modules["debugpy"]
    restore_environment(colours)
    keep_log_apart(app.log, log)
    tame_shell(app.shell)
    if folder:
        sys.path.append(folder)
    app.start()


def settings() -> Any:
    """No history on disk, no colours, nothing from the working folder or the user's start-up files."""
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShellApp.ignore_cwd = True
    config.InteractiveShellApp.exec_PYTHONSTARTUP = False
    config.IPKernelApp.capture_fd_output = False
    config.IPKernelApp.kernel_class = f"{__package__}.behaviour.Kernel"
    config.IPKernelApp.outstream_class = f"{__package__}.streams.Stream"
    return config


def die_with_parent() -> None:
    """Linux: be killed when the parent ends, also in the middle of a long call that lets no other thread run."""
    if sys.platform == "linux":
        import ctypes
        import signal

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        parent = os.environ.get("JPY_PARENT_PID", "1")
        if parent not in ("1", str(os.getppid())) and os.getppid() == 1:
            os._exit(1)


def restore_environment(colours: dict[str, str | None]) -> None:
    """Take back what a kernel tells its children about terminals: here is none, and colours would be noise."""
    for name, value in colours.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    os.environ["TERM"] = "dumb"
    os.environ["NO_COLOR"] = "1"


def keep_log_apart(logger: Any, log: int) -> None:
    """What the kernel itself has to say goes to its log, not into the output of the code."""
    import faulthandler
    import logging

    file = os.fdopen(log, "w", buffering=1)
    for owner in (logger, logging.getLogger("tornado")):
        for handler in owner.handlers:
            if isinstance(handler, logging.StreamHandler):
                handler.setStream(file)
    faulthandler.enable(file=file, all_threads=False)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
