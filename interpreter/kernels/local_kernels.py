"""The kernels of one session that run as processes of this machine."""

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from interpreter.core.cancel import CancelToken
from interpreter.kernels.catalogue import Catalogue
from interpreter.kernels.launch import Confine, Place, launch
from interpreter.kernels.process import physical_memory
from interpreter.kernels.recipes import python_recipe
from interpreter.kernels.session_kernels import SessionKernels, Starter
from interpreter.kernels.spool import Spools


class LocalKernels(SessionKernels):
    """Kernels that work in a folder of this machine.

    `environment` is all that kernels see of the environment; they are looked for with `found_with`, if that is given.
    Modules of `folder` can be imported, and its start-up files are read, only when it is `trusted`.
    With `state_card` each run tells which variables it
    changed. `confine` turns the command that starts a kernel into one that starts it in a box, which `is_apart` where
    neither ports nor signals reach into it. `spool`
    is the folder in which long outputs are kept whole, until `close` removes it. `memory` is the most bytes that a
    process of theirs may have; all of the machine's unless it is given.
    """

    def __init__(
        self,
        folder: Path,
        *,
        cancel: CancelToken,
        environment: Mapping[str, str],
        allows_input: bool,
        state_folder: Path | None,
        trusted: bool = False,
        state_card: bool = False,
        python: str = sys.executable,
        confine: Confine | None = None,
        is_apart: bool = False,
        spool: Path | None = None,
        memory: int | None = None,
        found_with: Mapping[str, str] | None = None,
    ) -> None:
        place = Place(folder, environment, state_folder, confine, memory or physical_memory(), is_apart, trusted)
        catalogue = Catalogue(python_recipe(python, folder, trusted), environment if found_with is None else found_with)

        def starter(language: str) -> Starter:
            recipe = catalogue.recipe(language)
            return Starter(partial(launch, recipe, place), recipe.state, recipe.can_be_looked_at, recipe.last)

        super().__init__(
            catalogue,
            starter,
            cancel=cancel,
            allows_input=allows_input,
            state_card=state_card,
            spools=Spools(spool) if spool else None,
        )
