"""Kernels and an approver around which it is written down what runs, who let it, and how it ended."""

from collections.abc import Callable, Generator
from typing import Protocol

from interpreter.core.around import AroundKernel, AroundKernels, looked_at
from interpreter.core.messages import CodeBlock, Failure
from interpreter.core.ports import (
    DIRECT,
    Approver,
    Decision,
    Ended,
    Kernel,
    KernelEvent,
    Kernels,
    OutputArrived,
    Request,
    Run,
)


class Record(Protocol):
    """Where it is written down; neither raises."""

    def started(self, block: CodeBlock, by: str) -> str:
        """This block is about to run, by the leave of `by`; returns what `ended` is to be told of it."""
        ...

    def ended(self, run: str, ended: Ended, error: str) -> None:
        """How it ended; `error` is the name of its last exception, empty where there was none."""
        ...


class Approvals:
    """The approver, of whose last word it is known whose it was, until that block runs."""

    def __init__(self, approver: Approver) -> None:
        self._approver = approver
        self._approved: Run | None = None

    def decide(self, request: Request) -> Decision:
        """Decide as the approver does."""
        self._approved = None
        decision = self._approver.decide(request)
        self._approved = decision if isinstance(decision, Run) else None
        return decision

    def by(self, block: CodeBlock) -> str:
        """Who approved this block, which runs now; an approval is used once."""
        approved, self._approved = self._approved, None
        return approved.by if approved is not None and approved.block == block else DIRECT


class Recorded(AroundKernels):
    """Kernels of which no block runs that was not written down before; `by` tells who approved it."""

    def __init__(self, kernels: Kernels, record: Record, by: Callable[[CodeBlock], str]) -> None:
        super().__init__(kernels)
        self._record = record
        self._by = by

    def get(self, language: str) -> Kernel:
        return RecordedKernel(super().get(language), language, self._record, self._by)


class RecordedKernel(AroundKernel):
    """A kernel whose runs are written down."""

    def __init__(self, kernel: Kernel, language: str, record: Record, by: Callable[[CodeBlock], str]) -> None:
        super().__init__(kernel)
        self._language = language
        self._record = record
        self._by = by

    def run(self, code: str, timeout: float | None = None) -> Generator[KernelEvent, None, Ended]:
        block = CodeBlock(self._language, code)
        run = self._record.started(block, self._by(block))
        # What is broken off before it says how it ended.
        ended, error = Ended("interrupted", 0.0), ""

        def look(event: KernelEvent) -> None:
            nonlocal error
            if isinstance(event, OutputArrived) and isinstance(event.output, Failure):
                error = event.output.name

        try:
            ended = yield from looked_at(super().run(code, timeout), look)
        except Exception as failed:
            ended, error = Ended("failed", 0.0), type(failed).__name__
            raise
        finally:
            self._record.ended(run, ended, error)
        return ended
