"""What a request can ask about the variables, as expressions: a listing, one of them, what has changed."""

from __future__ import annotations

from typing import Any

from .changes import Card
from .variables import described, shell, shown

LISTING = "application/vnd.interpreter.variables+json"
LONG = 2_000
"""Characters of the preview of one variable that is asked for by its name."""

CARD = Card()


class Rows:
    """Displays itself as rows of name, type, size and preview."""

    def __init__(self, rows: list[list[str]]) -> None:
        self._rows = rows

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        return {LISTING: self._rows}


def listing(name: str | None = None) -> Rows:
    """What the user's code has defined, in the order of definition; or one of them with a long preview."""
    if name is None:
        return Rows([described(each, value) for each, value in shown()])
    namespace = shell().user_ns
    return Rows([described(name, namespace[name], LONG)] if name in namespace else [])


def changes() -> Rows:
    """What has changed since this was last asked."""
    return Rows(CARD.changes())
