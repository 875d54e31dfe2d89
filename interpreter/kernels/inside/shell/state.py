"""What the user's shell has defined, read off the state that it writes down after each cell."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from .declared import Declared, declared
from .words import FUNCTIONS

LISTING = "application/vnd.interpreter.variables+json"
PREVIEW = 60
LONG = 2_000
"""Characters of the preview of one variable that is asked for by its name."""
ROWS = 12
ASKED = re.compile(r"shell\.(listing|changes)\((.*)\)")
FUNCTION = re.compile(r"declare -f\S* (\S+)")
BASHS = re.compile(
    r"BASH|BASH_\w+|BASHOPTS|BASHPID|COLUMNS|COMP_\w+|DIRSTACK|EPOCH\w+|EUID|FUNCNAME|GROUPS|HIST\w*|HOSTNAME|HOSTTYPE|IFS"
    r"|LINENO|LINES|MACHTYPE|OLDPWD|OPTARG|OPTERR|OPTIND|OSTYPE|PIPESTATUS|PPID|PS4|PWD|RANDOM|SECONDS|SHELL|SHELLOPTS"
    r"|SHLVL|SRANDOM|UID|_"
)
"""What bash itself sets, and sets again."""
TRAP = "trap"
"""A function of ours; see `words.py`."""


class State:
    """`read` gives what there was at the beginning and what there is now, as bash writes it."""

    def __init__(self, read: Callable[[], tuple[str, str]]) -> None:
        self._read = read
        self._last: dict[str, int] = {}
        self._began: tuple[str, dict[str, str]] = ("", {})

    def evaluated(self, expression: str) -> dict[str, Any]:
        """The value of an expression, as an execute reply carries it."""
        asked = ASKED.fullmatch(expression)
        if asked is None:
            return {"status": "error", "ename": "NameError", "evalue": expression, "traceback": []}
        found = self._defined()
        if asked[1] == "changes":
            rows = self._changes(found)
        elif asked[2]:
            name = json.loads(asked[2])
            rows = [row(found[name], LONG)] if name in found else []
        else:
            rows = [row(each) for each in found.values()]
        return {"status": "ok", "data": {LISTING: rows}, "metadata": {}}

    def _defined(self) -> dict[str, Declared]:
        """What is the user's, variables first: all that the first shell did not begin with."""
        first, now = self._read()
        if first != self._began[0]:
            self._began = first, {each.name: each.source for each in declared(first)}
        found = {
            each.name: each
            for each in declared(now)
            if self._began[1].get(each.name) != each.source and not BASHS.fullmatch(each.name)
        }
        functions = FUNCTION.findall(now[now.rfind(FUNCTIONS) :]) if FUNCTIONS in now else []
        bodies = now[: now.rfind(FUNCTIONS)]
        for name in functions:
            if name != TRAP:
                found[f"{name}()"] = Declared(name, "f", None, body(bodies, name))
        return found

    def _changes(self, found: dict[str, Declared]) -> list[list[str]]:
        """Rows of what is new since this was last asked, then what is gone; how many more there are."""
        before, self._last = self._last, {key: hash(each.source) for key, each in found.items()}
        rows = [row(each) for key, each in found.items() if before.get(key) != self._last[key]]
        rows += [[key.removesuffix("()"), "deleted", "", ""] for key in before if key not in found]
        return rows if len(rows) <= ROWS else [*rows[:ROWS], [f"… {len(rows) - ROWS} more", "", "", ""]]


def body(bodies: str, name: str) -> str:
    """The text of a function, up to the first line that closes it."""
    start = bodies.rfind(f"\n{name} () \n")
    return bodies[start : bodies.find("\n}\n", start)] if start >= 0 else ""


def row(each: Declared, most: int = PREVIEW) -> list[str]:
    """Name, type, size and preview."""
    if each.flags == "f":
        return [each.name, "function", "", cut(each.source.strip(), most) if most > PREVIEW else ""]
    if isinstance(each.value, dict):
        kind = "map" if "A" in each.flags else "array"
        pairs = (f"[{key}]={text}" if kind == "map" else text for key, text in each.value.items())
        count = len(each.value)
        return [each.name, kind, f"{count} item{'' if count == 1 else 's'}", cut(" ".join(pairs), most)]
    kind = "integer" if "i" in each.flags else "text"
    return [each.name, kind, "", cut("(not set)" if each.value is None else each.value, most)]


def cut(text: str, most: int) -> str:
    """At most so many characters; a short preview is one line."""
    text = " ".join(text[: 10 * most].split()) if most == PREVIEW else text
    return text if len(text) <= most else text[: most - 1] + "…"
