"""Every request paid for, and none made that could pass the budget."""

from collections.abc import Iterator, Sequence
from contextlib import closing

from interpreter.asking.measure import Measure
from interpreter.asking.money import Ledger, Price, dollars
from interpreter.core.closable import closable
from interpreter.core.errors import BudgetReached
from interpreter.core.messages import Message
from interpreter.core.ports import CodeDelta, Delta, Model, ReasoningDelta, TextDelta, Usage, UsageDelta
from interpreter.core.reading import BYTES_PER_TOKEN

BUDGETED_OUTPUT = 8_192
"""Tokens that a reply may have where there is a budget and the user named no number: a long file, or much thought."""

LEAST_OUTPUT = 512
SHARE = 4
"""A reply may take a quarter of the budget: below that, one long reply would forbid every other request."""


class Budgeted:
    """Keeps the ledger, teaches the measure what the provider counts, and raises `BudgetReached` before a request
    whose input and longest reply together could pass `budget`, in dollars; None sets no bound.

    `longest` is the cap of a reply in tokens.
    """

    def __init__(
        self,
        model: Model,
        ledger: Ledger,
        measure: Measure,
        price: Price,
        budget: float | None = None,
        longest: int = 0,
    ) -> None:
        self._model = model
        self._ledger = ledger
        self._measure = measure
        self._price = price
        self._budget = budget
        self._longest = longest

    @property
    def name(self) -> str:
        """As of the model."""
        return self._model.name

    @property
    def sees_images(self) -> bool:
        """As of the model."""
        return self._model.sees_images

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        """As `Model.stream`; also raises BudgetReached. A reply that is left early is counted by what came of it."""
        sent = self._measure.tokens(system, messages)
        self._check(sent)
        usage, written = None, 0
        try:
            with closing(closable(self._model.stream(system, messages))) as deltas:
                for delta in deltas:
                    if isinstance(delta, UsageDelta):
                        usage = delta.usage
                    elif isinstance(delta, TextDelta | ReasoningDelta | CodeDelta):
                        written += len(delta.text.encode("utf-8", "replace"))
                    yield delta
        finally:
            self._count(sent, written, usage)

    def _check(self, sent: int) -> None:
        if self._budget is None:
            return
        worst, spent = self._price(Usage(sent, self._longest)) or 0.0, self._ledger.spent.dollars
        if spent + worst > self._budget:
            raise BudgetReached(
                f"The budget of {dollars(self._budget)} does not cover the next request: {dollars(spent)} are spent, "
                f"and it may cost up to {dollars(worst)}.",
                "Allow more with --max-budget, or shorter replies with --max-output-tokens.",
            )

    def _count(self, sent: int, written: int, usage: Usage | None) -> None:
        if usage is not None and not usage.estimated:
            self._measure.learn(sent, usage.input_tokens)
        if usage is None and written:
            usage = Usage(sent, written // BYTES_PER_TOKEN, estimated=True)
        if usage is not None:
            self._ledger.add(usage, self._price)


def cap_for(budget: float, longest: int | None, output_price: float) -> int:
    """The tokens that a reply may have within a budget in dollars; the price is of one token, `longest` the model's."""
    affordable = int(budget / SHARE / output_price) if output_price else BUDGETED_OUTPUT
    return max(LEAST_OUTPUT, min(BUDGETED_OUTPUT, longest or BUDGETED_OUTPUT, affordable))
