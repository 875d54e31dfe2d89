"""Kernels around kernels: what each decorator of them passes on, and a run that is looked at on its way."""

from collections.abc import Callable, Generator
from contextlib import closing

from interpreter.core.ports import Ended, Frame, Kernel, KernelEvent, Kernels, Variable


class AroundKernels:
    """The same kernels; a decorator says in `get` what is different."""

    def __init__(self, kernels: Kernels) -> None:
        self._kernels = kernels

    def language_of(self, tag: str) -> str | None:
        return self._kernels.language_of(tag)

    def get(self, language: str) -> Kernel:
        return self._kernels.get(language)

    def started(self) -> tuple[str, ...]:
        return self._kernels.started()

    def languages(self) -> tuple[str, ...]:
        return self._kernels.languages()

    def close(self) -> None:
        self._kernels.close()


class AroundKernel:
    """The same kernel; a decorator says in `run` what is different."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def run(self, code: str, timeout: float | None = None) -> Generator[KernelEvent, None, Ended]:
        return self._kernel.run(code, timeout)

    def answer(self, text: str) -> None:
        self._kernel.answer(text)

    def interrupt(self) -> None:
        self._kernel.interrupt()

    def restart(self) -> None:
        self._kernel.restart()

    def variables(self, name: str | None = None) -> tuple[Variable, ...]:
        return self._kernel.variables(name)

    def peek(self) -> tuple[Frame, ...]:
        return self._kernel.peek()

    def close(self) -> None:
        self._kernel.close()


def looked_at(
    run: Generator[KernelEvent, None, Ended], look: Callable[[KernelEvent], None]
) -> Generator[KernelEvent, None, Ended]:
    """The same run, of which `look` is given each event first."""
    with closing(run):
        while True:
            try:
                event = next(run)
            except StopIteration as stop:
                ended: Ended = stop.value
                return ended
            look(event)
            yield event
