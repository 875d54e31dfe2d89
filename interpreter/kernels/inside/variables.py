"""The variables that the user's code has made, and a row of text for each."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any

from .sketch import PREVIEW, is_a, name_of, plainly, preview, size


def shown() -> Iterator[tuple[str, Any]]:
    """The names and values that are the user's."""
    running = shell()
    # A copy: threads of the user's may define more meanwhile.
    return ((name, value) for name, value in list(running.user_ns.items()) if is_shown(name, value, running))


def shell() -> Any:
    from IPython import get_ipython

    return get_ipython()  # type: ignore[no-untyped-call,unused-ignore]


def is_shown(name: str, value: Any, shell: Any) -> bool:
    """Whether the user's code made it: no modules, nothing imported, nothing of IPython's."""
    if name.startswith("_") or is_a(value, types.ModuleType):
        return False
    if is_a(value, type, types.FunctionType, types.BuiltinFunctionType):
        module = plainly(value, "__module__") if is_a(value, type) else value.__module__
        return bool(module == "__main__")
    return not (name in shell.user_ns_hidden and shell.user_ns_hidden[name] is value)


def described(name: str, value: Any, most: int = PREVIEW) -> list[str]:
    """One row; whatever a strange object does when it is looked at, there is one."""
    kind = name_of(type(value))
    try:
        return [name, kind, size(value), preview(value, most)]
    except Exception as error:
        return [name, kind, "", f"<{type(error).__name__} when shown>"]
