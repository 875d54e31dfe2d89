"""The public names under the import name `open_interpreter`, and the command; the build moves this file there.

It is the one module that the original `open-interpreter` cannot hide, so it is here that the clash is noticed.
"""

# Neither pathlib nor typing: either takes longer to import than all that `--version` needs.
import os
import sys
from importlib.machinery import PathFinder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["OpenInterpreter", "Result", "execute"]  # noqa: F822

_CLASH = (
    "The package open-interpreter is installed here too, and both are imported as `interpreter`.\n"
    "Uninstall it, then reinstall this one: pip uninstall -y open-interpreter && "
    "pip install --force-reinstall --no-deps kernel-interpreter"
)


def _is_ours() -> bool:
    # Looked for, not imported: the other one imports half the world, or fails in our dependencies.
    found = PathFinder.find_spec("interpreter")
    folder = os.path.dirname(str(found.origin)) if found else ""  # noqa: PTH120
    return not os.path.isdir(f"{folder}/terminal_interface")  # noqa: PTH112


def __getattr__(name: str) -> "Any":
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if not _is_ours():
        raise ImportError(_CLASH)
    import interpreter

    return getattr(interpreter, name)


def main() -> int:
    """The command `interpreter`."""
    if not _is_ours():
        print(f"Error: {_CLASH}", file=sys.stderr)
        return 2
    from interpreter.cli import main as run

    return run()
