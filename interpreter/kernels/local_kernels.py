"""The kernels of one session that run as processes of this machine."""

import atexit
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import KernelFailed
from interpreter.kernels.catalogue import Catalogue
from interpreter.kernels.jupyter_kernel import JupyterKernel
from interpreter.kernels.launch import Place, launch
from interpreter.kernels.launcher import Launcher
from interpreter.kernels.process import physical_memory
from interpreter.kernels.recipes import python_recipe

if TYPE_CHECKING:
    from interpreter.kernels.life import Life


class LocalKernels:
    """Starts each language's kernel when it is first asked for, or earlier with `warm`.

    `environment` is all that kernels see of the environment. Modules of `folder` can be imported only when it is
    `trusted`. `confine` turns the command that starts a kernel into one that starts it in a box. `memory` is the most
    bytes that a process of theirs may have; all of the machine's unless it is given.
    """

    def __init__(
        self,
        folder: Path,
        *,
        cancel: CancelToken,
        environment: Mapping[str, str],
        allows_input: bool,
        state_folder: Path | None,
        trusted: bool = False,
        python: str = sys.executable,
        confine: Callable[[list[str]], list[str]] = list,
        memory: int | None = None,
    ) -> None:
        self._place = Place(folder, environment, state_folder, confine, memory or physical_memory())
        self._cancel = cancel
        self._is_closed = False
        self._owner = os.getpid()
        self._allows_input = allows_input
        self._catalogue = Catalogue(python_recipe(python, folder, trusted), environment)
        self._kernels: dict[str, JupyterKernel] = {}
        self._launcher: Launcher[Life] = Launcher()
        # A program that forgets to close must not leave processes behind.
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

    def language_of(self, tag: str) -> str | None:
        return self._catalogue.language_of(tag)

    def languages(self) -> tuple[str, ...]:
        return self._catalogue.languages()

    def close(self) -> None:
        """Close every kernel; in a process that was forked, where they are not ours to close, do nothing."""
        if os.getpid() != self._owner:
            return
        atexit.unregister(self.close)
        self._is_closed = True
        while self._kernels:
            self._kernels.popitem()[1].close()
        self._launcher.close()

    def _kernel(self, language: str) -> JupyterKernel:
        if language not in self._kernels:
            recipe = self._catalogue.recipe(language)
            self._kernels[language] = JupyterKernel(
                partial(launch, recipe, self._place),
                self._launcher,
                self._cancel,
                allows_input=self._allows_input,
                variables=recipe.variables,
                last=recipe.last,
            )
        return self._kernels[language]
