"""What a model costs, and how long its replies may be within a budget."""

from dataclasses import dataclass, replace

from interpreter.asking.budgeted import cap_for
from interpreter.choosing.order import SERVED_HERE, is_file
from interpreter.core.errors import WrongUsage
from interpreter.core.ports import Usage
from interpreter.llm.catalog import ModelFacts, facts_of
from interpreter.llm.ollama_host import is_here
from interpreter.settings import Settings

MILLION = 1_000_000
FREE = ModelFacts(input_price=0.0, output_price=0.0)


@dataclass(frozen=True, slots=True)
class Priced:
    """What is known of the price of a model: what the user says, else that this machine is free, else the list.

    `is_free` is for a model that is known to run on this machine.
    """

    name: str
    settings: Settings
    is_free: bool = False

    @property
    def facts(self) -> ModelFacts:
        """Prices of a token, None where nobody knows."""
        settings, known = self.settings, facts_of(self.name) or ModelFacts()
        if self.is_free:
            known = replace(known, input_price=0.0, output_price=0.0, cached_price=None, keeping_price=None)
        if settings.input_price is not None:
            # What the user pays for what is cached is not said: the full price.
            known = replace(known, input_price=settings.input_price / MILLION, cached_price=None, keeping_price=None)
        if settings.output_price is not None:
            known = replace(known, output_price=settings.output_price / MILLION)
        is_unknown = known.input_price is None and known.output_price is None
        return replace(known, input_price=0.0, output_price=0.0) if is_unknown and self._is_served_here else known

    def cost(self, usage: Usage) -> float | None:
        """Dollars; None where the price is not known."""
        return FREE.cost(usage) if self._is_file else self.facts.cost(usage)

    @property
    def _is_file(self) -> bool:
        return self.settings.api_base is None and is_file(self.name)

    @property
    def _is_served_here(self) -> bool:
        base = self.settings.api_base
        return is_here(base) if base else self.name.lower().startswith(SERVED_HERE)


def within_budget(settings: Settings, name: str, *, is_free: bool = False) -> Settings:
    """The settings with a cap on replies where there is a budget; raises WrongUsage where it cannot be kept."""
    if settings.max_budget is None:
        return settings
    priced = Priced(name, settings, is_free)
    if priced.cost(Usage(1, 1)) is None:
        raise WrongUsage(
            f"What {name} costs is not known, so --max-budget cannot be kept.",
            "Set the price with --input-price and --output-price, in dollars for a million tokens.",
        )
    if settings.max_output_tokens or not priced.cost(Usage(0, 1)):
        return settings
    facts = priced.facts
    cap = cap_for(settings.max_budget, facts.longest_output, facts.output_price or 0.0)
    return replace(settings, max_output_tokens=cap)
