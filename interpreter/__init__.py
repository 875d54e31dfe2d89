"""Interpreter: any language model, real Jupyter kernels, your own machine."""

# Type checkers know the name; `typing` alone would take longer to import than all that `--version` needs.
TYPE_CHECKING = False

__version__ = "0.1.0"

if TYPE_CHECKING:
    from typing import Any

    from interpreter.api import OpenInterpreter, Result, execute

__all__ = ["OpenInterpreter", "Result", "execute"]


def __getattr__(name: str) -> "Any":
    # The library is imported when it is first used: `--version` and `--help` need none of it.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from interpreter import api

    return getattr(api, name)
