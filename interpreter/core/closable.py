"""Any iterator of deltas as one that can be closed: a model of the user's may return what cannot."""

from collections.abc import Generator, Iterator

from interpreter.core.ports import Delta


def closable(deltas: Iterator[Delta]) -> Generator[Delta, None, None]:
    """The same deltas; closing it closes what they come from, where that can be closed."""
    try:
        yield from deltas
    finally:
        if close := getattr(deltas, "close", None):
            close()
