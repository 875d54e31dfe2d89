"""The kernels of one session that run on a Jupyter Server."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import WrongUsage
from interpreter.kernels.recipes import PYTHON_STATE
from interpreter.kernels.remote_catalogue import RemoteCatalogue
from interpreter.kernels.remote_launch import remote_launch
from interpreter.kernels.remote_prelude import PRELUDES
from interpreter.kernels.server_address import ServerAddress
from interpreter.kernels.session_kernels import SessionKernels, Starter

if TYPE_CHECKING:
    from interpreter.kernels.remote_life import RemoteLife

EXTRA = "jupyter_kernel_client"
"""The module that the extra `remote` brings."""


class RemoteKernels(SessionKernels):
    """Kernels that a server starts for us, in its own folder; closing ends them, and no others.

    Raises WrongUsage where the extra is missing; nothing is sent before a kernel is warmed or asked for.
    """

    def __init__(
        self, address: ServerAddress, *, cancel: CancelToken, allows_input: bool, state_card: bool = False
    ) -> None:
        check_extra()
        catalogue = RemoteCatalogue(address, cancel)

        def start(language: str, is_abandoned: Callable[[], bool]) -> "RemoteLife":
            prelude = PRELUDES.get(language, str)()
            return remote_launch(catalogue.server, catalogue.kernel_name(language), prelude, is_abandoned)

        def starter(language: str) -> Starter:
            start_it = partial(start, language)
            return Starter(start_it, PYTHON_STATE, can_be_looked_at=True) if language == "python" else Starter(start_it)

        super().__init__(catalogue, starter, cancel=cancel, allows_input=allows_input, state_card=state_card)


def check_extra() -> None:
    """Raises WrongUsage with the command that installs what is missing."""
    from importlib.util import find_spec

    if find_spec(EXTRA) is None:
        raise WrongUsage(
            "Kernels on a server need an extra that is not installed.", "pip install 'kernel-interpreter[remote]'"
        )
