"""`interpreter config show` and `get`: the values that hold, and where each came from."""

import json
import math
import os
import re
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from interpreter.configuration import survey
from interpreter.configuration.conversion import check_name
from interpreter.configuration.layers import Origin, secret_names, setting_names
from interpreter.configuration.merge import Configured
from interpreter.core.visible import visible
from interpreter.settings import Settings
from interpreter.terminal.subcommands import table
from interpreter.terminal.words import problem

HIDDEN = "(hidden)"
ALL_DEFAULTS = "Every setting has its default; `interpreter config show --all` lists them."
_LONGEST = 48
"""Characters of a value that a line of the table has room for."""


def show(given: Namespace) -> int:
    """Show the settings; returns 2 where something is wrong, which is told behind what can be shown."""
    configured = survey(os.environ, {"profile": given.profile}, "flag")
    chosen = [name for name in setting_names() if given.all or configured.origins[name].kind != "default"]
    if given.json:
        print(table.as_json([_record(name, configured) for name in chosen]))
    elif chosen:
        print(table.as_table([("SETTING", "VALUE", "FROM"), *(_row(name, configured) for name in chosen)]))
    else:
        print(ALL_DEFAULTS)
    return _told(configured)


def get(given: Namespace) -> int:
    """Print one value, whole; returns 2 where something is wrong, which is told behind it."""
    check_name(given.setting)
    configured = survey(os.environ, {"profile": given.profile}, "flag")
    if given.json:
        print(json.dumps(_record(given.setting, configured), indent=2))
    else:
        print(visible(in_words(given.setting, getattr(configured.settings, given.setting))))
    return _told(configured)


def _told(configured: Configured) -> int:
    sys.stdout.flush()
    for each in configured.problems:
        print(visible(problem(each)), file=sys.stderr)
    return 2 if configured.problems else 0


def in_words(name: str, value: Any) -> str:
    """A value as it would be written; secrets and passwords in addresses are not, and nothing is nothing."""
    if value is None:
        return ""
    if name in secret_names():
        return HIDDEN
    if isinstance(value, bool):
        return str(value).lower()
    if name == "rules":
        return "; ".join(map(str, value))
    if isinstance(value, tuple):
        return os.pathsep.join(map(str, value))
    if isinstance(value, float):
        return str(value).removesuffix(".0")
    return re.sub(r"(?<=://)[^/@]*@", "…@", str(value))


def in_a_line(name: str, value: Any) -> str:
    """The beginning of what `in_words` says."""
    line = " ".join(in_words(name, value).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _row(name: str, configured: Configured) -> tuple[str, str, str]:
    return name, in_a_line(name, getattr(configured.settings, name)), str(configured.origins[name])


def _record(name: str, configured: Configured) -> dict[str, Any]:
    value, default = getattr(configured.settings, name), Settings.__dataclass_fields__[name].default
    return {
        "name": name,
        "value": _as_json(name, value),
        "default": _as_json(name, default),
        "source": _source(configured.origins[name]),
    }


def _as_json(name: str, value: Any) -> Any:
    is_plain = isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value))
    return value if value is None or (is_plain and name not in secret_names()) else in_words(name, value)


def _source(origin: Origin) -> dict[str, Any]:
    file = str(origin.file) if isinstance(origin.file, Path) else None
    return {"kind": origin.kind, "name": origin.name or None, "file": file, "line": origin.line}
