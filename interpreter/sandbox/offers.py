"""Kernels in a box that tell what code lacked there, and give it when the user, and nobody else, says so."""

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import replace

from interpreter.core.around import AroundKernel, AroundKernels, looked_at
from interpreter.core.messages import Failure, Output, Text
from interpreter.core.ports import Ended, Kernel, KernelEvent, Kernels, OutputArrived
from interpreter.sandbox.session import SessionBox
from interpreter.sandbox.wants import Want, want_in

LAST_WORDS = 40
"""Outputs at the end of a block that are looked at; an error comes last."""

QUESTION = "{lack} Allow it for this session ({flag})? The kernels start afresh, and their variables are lost."
GIVEN = (
    "The user allowed it ({flag}). The kernels were started afresh, so their variables are lost: run the code again."
)
HOW = "{lack} Only the user can allow it: {flag}"


class WithOffers(AroundKernels):
    """Kernels of a box; `ask` is None where nobody sits there who could be asked."""

    def __init__(self, kernels: Kernels, box: SessionBox, ask: Callable[[str], bool] | None) -> None:
        super().__init__(kernels)
        self._box = box
        self._ask = ask
        self._refused: set[Want] = set()

    def get(self, language: str) -> Kernel:
        return OfferingKernel(super().get(language), self.told)

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


class OfferingKernel(AroundKernel):
    """A kernel whose end `told` may add to."""

    def __init__(self, kernel: Kernel, told: Callable[[Ended, str], Ended]) -> None:
        super().__init__(kernel)
        self._told = told

    def run(self, code: str, timeout: float | None = None) -> Generator[KernelEvent, None, Ended]:
        words: deque[str] = deque(maxlen=LAST_WORDS)

        def look(event: KernelEvent) -> None:
            if isinstance(event, OutputArrived):
                words.append(_words(event.output))

        ended = yield from looked_at(super().run(code, timeout), look)
        return self._told(ended, "".join(words))


def _words(output: Output) -> str:
    match output:
        case Text(text):
            return text[-4_000:]
        case Failure(name, message):
            return f"\n{name}: {message}\n"
        case _:
            return ""
