"""Every language: whether its kernel is here, where it was found, how to get it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from interpreter.kernels.catalogue import Catalogue
from interpreter.kernels.environments import Python
from interpreter.kernels.languages import LANGUAGES, Language
from interpreter.kernels.recipes import Recipe, python_recipe


@dataclass(frozen=True, slots=True)
class Listed:
    """A language and its kernel: `kernel` is where it was found, empty where it is missing.

    `install` is then the command that brings it, empty where we know of none.
    """

    language: str
    tags: tuple[str, ...]
    kernel: str
    install: str = ""


def listed(python: Python, environment: Mapping[str, str]) -> tuple[Listed, ...]:
    """The languages of the table in its order, then the others that have a kernel here."""
    catalogue = _catalogue(python, environment)
    found = {name: catalogue.recipe(name) for name in catalogue.languages()}
    known = [_listed(language, found.pop(language.name, None), python) for language in LANGUAGES]
    return (*known, *(Listed(name, (name,), recipe.source) for name, recipe in found.items()))


def language_named(name: str, python: Python, environment: Mapping[str, str]) -> str | None:
    """The canonical name of a language, by a tag or by the name of an installed kernel."""
    return _catalogue(python, environment).language_of(name)


def _catalogue(python: Python, environment: Mapping[str, str]) -> Catalogue:
    return Catalogue(python_recipe(python.path, Path(), trusted=False), environment)


def _listed(language: Language, recipe: Recipe | None, python: Python) -> Listed:
    is_there = python.has_ipykernel if language.name == "python" else recipe is not None
    if recipe is None or not is_there:
        command = f"interpreter kernels install {language.name}" if language.packages else language.install
        return Listed(language.name, language.tags, "", command)
    return Listed(language.name, language.tags, recipe.source)
