"""What is run in a kernel on a server before any block, so that it behaves as our own kernels do.

Our own modules for the inside of a Python kernel are sent as text: there is nothing of ours on the server.
"""

from collections.abc import Callable, Mapping

from interpreter.kernels.recipes import INSIDE

MODULES = (
    "limits",
    "streams",
    "packages",
    "viewers",
    "behaviour",
    "sketch",
    "marks",
    "variables",
    "look",
    "changes",
    "state",
    "visitor",
)
"""Those of `inside/` that need no start of ours; each after what it imports."""

PYTHON = """
def _interpreter_visits(sources):
    import sys, types
    package = types.ModuleType("interpreter_inside")
    package.__path__ = []
    sys.modules["interpreter_inside"] = package
    for name, source in sources:
        full = "interpreter_inside." + name
        module = sys.modules[full] = types.ModuleType(full)
        module.__package__ = "interpreter_inside"
        module.__file__ = full.replace(".", "/") + ".py"
        exec(compile(source, module.__file__, "exec"), module.__dict__)
        setattr(package, name, module)
    package.visitor.settle()
try:
    _interpreter_visits(SOURCES)
except Exception:
    # Another kind of Python kernel: it stays as it is.
    pass
del _interpreter_visits
"""


def python_prelude() -> str:
    """For IPython's kernel, of ipykernel 6 and 7."""
    sources = [(name, (INSIDE / f"{name}.py").read_text(encoding="utf-8")) for name in MODULES]
    return PYTHON.replace("SOURCES", repr(sources))


PRELUDES: Mapping[str, Callable[[], str]] = {"python": python_prelude}
"""By language; any other kernel is used as it is."""
