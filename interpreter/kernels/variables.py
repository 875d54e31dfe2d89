"""What a kernel says about its variables becomes our Variables."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from typing import Any

from interpreter.core.ports import Variable
from interpreter.kernels.outputs import clean

LISTING = "application/vnd.interpreter.variables+json"
"""The MIME type of a listing: a list of [name, type, size, preview]."""


def listing_of(state: str, name: str | None) -> str:
    """The expression that lists all variables, or one of them, where `state` is what a recipe calls them."""
    return f"{state}.listing({'' if name is None else json.dumps(name)})"


def changes_of(state: str) -> str:
    """The expression that lists what has changed since it was last evaluated."""
    return f"{state}.changes()"


def variables_of(reply: Mapping[str, Any]) -> tuple[Variable, ...]:
    """The listing that an execute reply brings; none where it failed."""
    expressions = reply.get("user_expressions") or {}
    # Code can send a reply of its own, in any form.
    with suppress(AttributeError, TypeError):
        return as_variables(((expressions.get("variables") or {}).get("data") or {}).get(LISTING, []))
    return ()


def as_variables(rows: Sequence[Sequence[Any]]) -> tuple[Variable, ...]:
    """Rows of name, type, size and preview; what is none is passed over."""
    return tuple(Variable(*(clean(str(field)) for field in row)) for row in rows if len(row) == len(fields(Variable)))
