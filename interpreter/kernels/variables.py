"""What a kernel says about its variables becomes our Variables."""

from collections.abc import Mapping
from typing import Any

from interpreter.core.ports import Variable
from interpreter.kernels.outputs import clean

LISTING = "application/vnd.interpreter.variables+json"
"""The MIME type of a listing: a list of [name, type, size, preview]."""


def variables_of(expressions: Mapping[str, Any]) -> tuple[Variable, ...]:
    """The listing among the evaluated expressions of an execute reply; none where it failed."""
    data = (expressions.get("variables") or {}).get("data") or {}
    return tuple(Variable(*(clean(str(field)) for field in row)) for row in data.get(LISTING, []))
