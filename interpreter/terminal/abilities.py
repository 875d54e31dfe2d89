"""What the terminal can do, as far as its environment tells: it is never asked, since an answer may come too late."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

Protocol: TypeAlias = Literal["kitty", "iterm2", "sixel", "none"]

_KITTY = ("xterm-kitty", "xterm-ghostty")
_SIXEL = ("foot", "mlterm", "yaft", "sixel", "contour")


def picture_protocol(environ: Mapping[str, str]) -> Protocol:
    """By which protocol pictures can be shown, `none` where that is not certain, as inside tmux or screen."""
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    if environ.get("TMUX") or term.startswith(("screen", "tmux")):
        return "none"
    if environ.get("KITTY_WINDOW_ID") or term in _KITTY or program == "ghostty":
        return "kitty"
    if program in ("iTerm.app", "WezTerm", "mintty") or environ.get("LC_TERMINAL") == "iTerm2":
        return "iterm2"
    return "sixel" if any(name in term for name in _SIXEL) else "none"


def is_unicode(encoding: str | None) -> bool:
    """Whether all characters can be written in an encoding."""
    return (encoding or "").lower().replace("-", "").replace("_", "").startswith("utf")
