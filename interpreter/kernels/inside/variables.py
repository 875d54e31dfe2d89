"""Lists the variables of the kernel: name, type, size and a short preview, without calling anything expensive."""

from __future__ import annotations

import reprlib
import types
from typing import Any

LISTING = "application/vnd.interpreter.variables+json"
PREVIEW = 60
PLAIN = (int, float, complex, bool, str, bytes, type(None), list, tuple, dict, set, frozenset, range)
DEFINITIONS = (types.FunctionType, type)

SHORT = reprlib.Repr()
SHORT.maxstring = SHORT.maxother = SHORT.maxlong = PREVIEW


class Listing:
    """Displays itself as what the user's code has defined, in the order of definition."""

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        from IPython import get_ipython

        shell: Any = get_ipython()  # type: ignore[no-untyped-call,unused-ignore]
        names = list(shell.user_ns.items())
        return {LISTING: [described(name, value) for name, value in names if is_shown(name, value, shell)]}


def is_shown(name: str, value: Any, shell: Any) -> bool:
    """Whether the user's code made it: no modules, nothing imported, nothing of IPython's."""
    if name.startswith("_") or isinstance(value, types.ModuleType):
        return False
    if isinstance(value, (types.BuiltinFunctionType, *DEFINITIONS)):
        return getattr(value, "__module__", None) == "__main__"
    return not (name in shell.user_ns_hidden and shell.user_ns_hidden[name] is value)


def described(name: str, value: Any) -> list[str]:
    """One row; whatever a strange object does when it is looked at, there is one."""
    try:
        return [name, type(value).__name__, size(value), preview(value)]
    except Exception as error:
        return [name, type(value).__name__, "", f"<{type(error).__name__} when shown>"]


def size(value: Any) -> str:
    """`5 rows x 3 columns`, `3 x 4`, `120 items`, `12 characters`, or nothing."""
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape:
        if hasattr(value, "columns") and len(shape) == 2:
            return f"{shape[0]} rows x {shape[1]} columns"
        return f"{shape[0]} items" if len(shape) == 1 else " x ".join(str(length) for length in shape)
    if isinstance(value, type) or not hasattr(value, "__len__"):
        return ""
    unit = "character" if isinstance(value, str) else "byte" if isinstance(value, bytes) else "item"
    return f"{len(value)} {unit}{'' if len(value) == 1 else 's'}"


def preview(value: Any) -> str:
    """At most 60 characters of one line; only objects that are known to be quick are asked for all of themselves."""
    if isinstance(value, DEFINITIONS):
        text = f"{'class' if isinstance(value, type) else 'def'} {value.__name__}"
    elif type(value) in PLAIN:
        text = SHORT.repr(value)
    else:
        text = repr(value)
    text = " ".join(text[: 10 * PREVIEW].split())
    return text if len(text) <= PREVIEW else text[: PREVIEW - 1] + "…"
