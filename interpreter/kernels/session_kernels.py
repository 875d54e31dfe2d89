"""The kernels of one session, wherever they run: one a language, started when it is first asked for."""

import atexit
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import KernelFailed
from interpreter.kernels.jupyter_kernel import JupyterKernel
from interpreter.kernels.late import LastWord
from interpreter.kernels.launcher import Launcher
from interpreter.kernels.lives import Start
from interpreter.kernels.spool import Spools

if TYPE_CHECKING:
    from interpreter.kernels.life import Life


class Languages(Protocol):
    """Which languages run somewhere."""

    def language_of(self, tag: str) -> str | None:
        """The canonical name of the language that a tag means."""
        ...

    def languages(self) -> tuple[str, ...]:
        """Canonical names of the languages that run there."""
        ...


@dataclass(frozen=True, slots=True)
class Starter:
    """How a language's kernel is started, and what a JupyterKernel must know of the language besides."""

    start: Start
    state: str = ""
    can_be_looked_at: bool = False
    last: LastWord | None = None


class SessionKernels:
    """Starts each language's kernel when it is first asked for, or earlier with `warm`.

    `starter` tells how; it raises KernelMissing, now or when the kernel is started. With `state_card` each run tells
    which variables it changed; `spools` keeps long outputs whole, until `close`.
    """

    def __init__(
        self,
        languages: Languages,
        starter: Callable[[str], Starter],
        *,
        cancel: CancelToken,
        allows_input: bool,
        state_card: bool = False,
        spools: Spools | None = None,
    ) -> None:
        self._starter = starter
        self._cancel = cancel
        self._allows_input = allows_input
        self._state_card = state_card
        self._spools = spools
        self._is_closed = False
        self._owner = os.getpid()
        self._kernels: dict[str, JupyterKernel] = {}
        self._launcher: Launcher[Life] = Launcher()
        self.language_of = languages.language_of
        self.languages = languages.languages
        # A program that forgets to close must not leave kernels behind.
        atexit.register(self.close)

    def warm(self, language: str = "python") -> None:
        """Start a kernel in the background; what goes wrong is told by `get`."""
        self._kernel(language).warm()

    def get(self, language: str) -> JupyterKernel:
        """The kernel of a language, ready to run.

        Raises KernelFailed when it cannot be started. When the cancel token is set while it starts, it is given back
        as it is: what is run in it then ends at once as interrupted.
        """
        if self._is_closed:
            raise KernelFailed("The kernels have been closed.", "Make a new OpenInterpreter.")
        if os.getpid() != self._owner:
            raise KernelFailed("The kernels belong to the process that started them.", "Make a new OpenInterpreter.")
        kernel = self._kernel(language)
        kernel.is_ready()
        return kernel

    def started(self) -> tuple[str, ...]:
        """Canonical names of the languages whose kernels run now."""
        return tuple(language for language, kernel in self._kernels.copy().items() if kernel.is_running)

    def tell_changes(self, on: bool) -> None:
        """Whether each run tells, from now on, which variables it changed."""
        self._state_card = on
        for kernel in self._kernels.values():
            kernel.tells_changes = on

    def close(self) -> None:
        """Close every kernel; in a process that was forked, where they are not ours to close, do nothing."""
        if os.getpid() != self._owner:
            return
        atexit.unregister(self.close)
        self._is_closed = True
        while self._kernels:
            self._kernels.popitem()[1].close()
        self._launcher.close()
        if self._spools is not None:
            self._spools.close()

    def _kernel(self, language: str) -> JupyterKernel:
        if language not in self._kernels:
            starter = self._starter(language)
            made = JupyterKernel(
                starter.start,
                self._launcher,
                self._cancel,
                allows_input=self._allows_input,
                state=starter.state,
                state_card=self._state_card,
                can_be_looked_at=starter.can_be_looked_at,
                last=starter.last,
                spools=self._spools,
            )
            # Another thread may have been quicker.
            return self._kernels.setdefault(language, made)
        return self._kernels[language]
