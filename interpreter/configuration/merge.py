"""Layers of choices made into settings: a later layer goes before an earlier one. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from interpreter.configuration.layers import DEFAULT, Layer, Origin, Stated, setting_names
from interpreter.core.errors import WrongUsage
from interpreter.settings import Settings

ABOUT_THE_MODEL = frozenset({"model", "api_base", "api_key"})


@dataclass(frozen=True, slots=True)
class Configured:
    """The settings, where each of them came from, and what was wrong; what was wrong counts for nothing in them."""

    settings: Settings
    origins: Mapping[str, Origin]
    problems: tuple[WrongUsage, ...] = ()

    @property
    def sound(self) -> Settings:
        """The settings; raises the first problem where there is one."""
        if self.problems:
            raise self.problems[0]
        return self.settings


def merge(layers: Sequence[Layer], owner_of: Callable[[str], str] = str) -> Configured:
    """What all layers together mean, the defaults below them; `owner_of` tells whom a model's name leads to."""
    stated: dict[str, Stated] = {}
    for layer in layers:
        hidden = _hidden(stated, layer.stated, owner_of)
        stated = {**{name: each for name, each in stated.items() if name not in hidden}, **_added(stated, layer.stated)}
    settings = Settings(**{name: each.value for name, each in stated.items()})
    origins = {name: stated[name].origin if name in stated else DEFAULT for name in setting_names()}
    return Configured(settings, origins, tuple(problem for layer in layers for problem in layer.problems))


def _added(below: Mapping[str, Stated], above: Mapping[str, Stated]) -> Mapping[str, Stated]:
    """What a layer states, rules together with those below it: no layer takes a rule away that another made."""
    if "rules" not in below or "rules" not in above:
        return above
    both = (*below["rules"].value, *above["rules"].value)
    return {**above, "rules": Stated(both, above["rules"].origin)}


def _hidden(below: Mapping[str, Stated], above: Mapping[str, Stated], owner_of: Callable[[str], str]) -> frozenset[str]:
    """What a layer makes void below it, besides what it states itself."""
    if "local" in above and above["local"].value and "model" not in above:
        # Whoever says “local” here means it, whatever model and address are named below.
        return ABOUT_THE_MODEL
    # A key that was given for one provider or server is not sent to another.
    return frozenset({"api_key"}) if _leads_elsewhere(below, above, owner_of) else frozenset()


def _leads_elsewhere(below: Mapping[str, Stated], above: Mapping[str, Stated], owner_of: Callable[[str], str]) -> bool:
    """Whether requests go to somebody else than the one for whom a key below may have been given."""
    if "api_base" in above and ("api_base" in below or "model" in below):
        return "api_base" not in below or below["api_base"].value != above["api_base"].value
    if "api_base" in below or "model" not in above or "model" not in below:
        return False
    return owner_of(above["model"].value) != owner_of(below["model"].value)
