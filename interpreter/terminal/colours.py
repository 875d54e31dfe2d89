"""Whether what is written may be coloured; the one place that decides it."""

from collections.abc import Mapping


def coloured(environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether colours are wanted: the user's word first, then what the output can show.

    NO_COLOR wins over all else; FORCE_COLOR colours pipes too, and 0 in it means no; CLICOLOR=0 means no. A variable
    that is empty says nothing.
    """
    if environ.get("NO_COLOR"):
        return False
    if force := environ.get("FORCE_COLOR"):
        return force.lower() not in ("0", "false")
    return environ.get("CLICOLOR") != "0" and is_terminal and can_draw(environ)


def can_draw(environ: Mapping[str, str]) -> bool:
    """Whether the terminal knows more than plain text."""
    return environ.get("TERM") not in (None, "", "dumb")
