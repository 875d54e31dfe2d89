"""What a session has spent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from interpreter.core.ports import Usage

Price: TypeAlias = Callable[[Usage], float | None]
"""The dollars of a usage, None where they are unknown; twice the usage costs twice as much."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Dollars, and the tokens that had no known price."""

    dollars: float = 0.0
    unpriced: int = 0

    def since(self, before: "Spent") -> float | None:
        """Dollars spent after `before`; None where a price was missing."""
        return None if self.unpriced > before.unpriced else self.dollars - before.dollars


class Ledger:
    """The only owner of the sum; it outlasts a change of the model.

    Prices are looked up when the sum is asked for, and not for each reply.
    """

    def __init__(self) -> None:
        self._usages: dict[Price, Usage] = {}

    def add(self, usage: Usage, price: Price) -> None:
        """Count a request that was answered, at least in part."""
        self._usages[price] = self._usages.get(price, Usage()) + usage

    @property
    def spent(self) -> Spent:
        """All of it, up to now."""
        costs = [(price(usage), usage.input_tokens + usage.output_tokens) for price, usage in self._usages.items()]
        return Spent(
            sum(cost for cost, _ in costs if cost is not None), sum(tokens for cost, tokens in costs if cost is None)
        )


def dollars(amount: float) -> str:
    """`$1.20`, `$0.0031`: two places for whole dollars, four below."""
    return f"${amount:,.2f}" if amount >= 1 or abs(amount - round(amount, 2)) < 1e-9 else f"${amount:.4f}"
