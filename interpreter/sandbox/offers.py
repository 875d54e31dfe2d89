"""Kernels in a box that tell what code lacked there, and give it when the user, and nobody else, says so."""

from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace

from interpreter.core.messages import Failure, Output, Text
from interpreter.core.ports import Ended, Frame, Kernel, KernelEvent, Kernels, OutputArrived, Variable
from interpreter.sandbox.session import SessionBox
from interpreter.sandbox.wants import Want, want_in

LAST_WORDS = 40
"""Outputs at the end of a block that are looked at; an error comes last."""

QUESTION = "{lack} Allow it for this session ({flag})? The kernels start afresh, and their variables are lost."
GIVEN = (
    "The user allowed it ({flag}). The kernels were started afresh, so their variables are lost: run the code again."
)
HOW = "{lack} Only the user can allow it: {flag}"


class WithOffers:
    """Kernels of a box; `ask` is None where nobody sits there who could be asked."""

    def __init__(self, kernels: Kernels, box: SessionBox, ask: Callable[[str], bool] | None) -> None:
        self._kernels = kernels
        self._box = box
        self._ask = ask
        self._refused: set[Want] = set()
        self.language_of = kernels.language_of
        self.started = kernels.started
        self.languages = kernels.languages
        self.close = kernels.close

    def get(self, language: str) -> Kernel:
        return OfferingKernel(self._kernels.get(language), self.told)

    def told(self, ended: Ended, words: str) -> Ended:
        """How a run ended, with what it lacked, or with what it will have when it runs again."""
        want = want_in(words, self._box.rights) if ended.status in ("ok", "failed") else None
        if want is None:
            return ended
        said = (GIVEN if self._is_given(want) else HOW).format(lack=want.lack, flag=want.flag)
        return replace(ended, note=f"{ended.note} {said}".strip())

    def _is_given(self, want: Want) -> bool:
        if self._ask is None or want in self._refused:
            return False
        if not self._ask(QUESTION.format(lack=want.lack, flag=want.flag)):
            self._refused.add(want)
            return False
        self._box.grant(want.given_to(self._box.rights))
        for language in self._kernels.started():
            self._kernels.get(language).restart()
        return True


class OfferingKernel:
    """A kernel whose end `told` may add to."""

    def __init__(self, kernel: Kernel, told: Callable[[Ended, str], Ended]) -> None:
        self._kernel = kernel
        self._told = told
        self.answer = kernel.answer
        self.interrupt = kernel.interrupt
        self.restart = kernel.restart
        self.close = kernel.close

    def run(self, code: str, timeout: float | None = None) -> Generator[KernelEvent, None, Ended]:
        words: deque[str] = deque(maxlen=LAST_WORDS)
        with closing(self._kernel.run(code, timeout)) as running:
            while True:
                try:
                    event = next(running)
                except StopIteration as stop:
                    ended: Ended = stop.value
                    break
                if isinstance(event, OutputArrived):
                    words.append(_words(event.output))
                yield event
        return self._told(ended, "".join(words))

    def variables(self, name: str | None = None) -> tuple[Variable, ...]:
        return self._kernel.variables(name)

    def peek(self) -> tuple[Frame, ...]:
        return self._kernel.peek()


def _words(output: Output) -> str:
    match output:
        case Text(text):
            return text[-4_000:]
        case Failure(name, message):
            return f"\n{name}: {message}\n"
        case _:
            return ""
