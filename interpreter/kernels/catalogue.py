"""Which languages run on this machine, and how their kernels are started."""

import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from interpreter.core.errors import KernelMissing
from interpreter.kernels.installed import installed
from interpreter.kernels.languages import how_to_install, language_of
from interpreter.kernels.programs import on_path
from interpreter.kernels.recipes import Recipe, bash_recipe, deno_recipe


class Catalogue:
    """Python, and what is found when it is first asked for: all of it by looking whether files exist."""

    def __init__(self, python: Recipe, environment: Mapping[str, str]) -> None:
        self._python = python
        self._environment = environment

    def recipe(self, language: str) -> Recipe:
        """How to start the kernel of a language; raises KernelMissing with the command to install it."""
        if language == self._python.language:
            return self._python
        if language not in self._found:
            # It may have been installed meanwhile.
            del self._found, self._installed
        if recipe := self._found.get(language):
            return recipe
        here = f"Languages that run here: {', '.join(self.languages())}."
        raise KernelMissing(language, f"{how_to_install(language)}\n{here}")

    def language_of(self, tag: str) -> str | None:
        """The canonical name of a language, by a tag of the table or by the name of an installed kernel."""
        return language_of(tag) or self._installed[1].get(tag.strip().lower())

    def languages(self) -> tuple[str, ...]:
        """Canonical names of the languages that run here; Python first."""
        return (self._python.language, *self._found)

    def needs(self) -> tuple[tuple[str, ...], tuple[Path, ...]]:
        """What must be there for the kernels to run: programs, and the folders of what is installed for Jupyter."""
        recipes = (self._python, *self._found.values())
        folders = [Path(recipe.source) for recipe in recipes if Path(recipe.source).is_dir()]
        return tuple(recipe.argv[0] for recipe in recipes), tuple(folders)

    @cached_property
    def _found(self) -> dict[str, Recipe]:
        own: dict[str, Recipe] = {}
        if (bash := on_path("bash", self._environment)) and sys.platform != "win32":
            own["bash"] = bash_recipe(bash)
        # The package `deno` puts its program beside our Python.
        if deno := on_path("deno", self._environment, Path(sys.executable).parent):
            own["javascript"] = deno_recipe(deno)
        return own | {name: recipe for name, recipe in self._installed[0].items() if name not in own}

    @cached_property
    def _installed(self) -> tuple[dict[str, Recipe], dict[str, str]]:
        return installed(self._environment)
