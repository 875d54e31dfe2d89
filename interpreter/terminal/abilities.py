"""What the terminal can do, as far as its environment tells."""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from interpreter.terminal.colours import coloured

Protocol: TypeAlias = Literal["kitty", "iterm2", "sixel", "blocks", "none"]
"""By what pictures are drawn; `blocks` are characters and colours."""

_KITTY = ("xterm-kitty", "xterm-ghostty")
_SIXEL = ("foot", "mlterm", "yaft", "sixel", "contour")
_BLOCKS = ("linux", "alacritty", "rxvt", "vt", "ansi", "cygwin", "eterm", "dumb")
"""Terminals that show no pictures, by the beginning of their TERM."""
_PROGRAMS: Mapping[str, Protocol] = {
    "ghostty": "kitty",
    "WarpTerminal": "kitty",
    "iTerm.app": "iterm2",
    "WezTerm": "iterm2",
    "mintty": "iterm2",
    "rio": "iterm2",
    "Apple_Terminal": "blocks",
    "vscode": "blocks",  # its pictures are off unless somebody switches them on
}
_KONSOLE = 220400
"""The first version with sixels."""
_TRUE_COLOUR = ("iTerm.app", "WezTerm", "ghostty", "vscode", "WarpTerminal", "rio", "mintty")


def picture_protocol(environ: Mapping[str, str]) -> Protocol | None:
    """By which protocol pictures can be shown; None where the environment does not tell.

    Inside tmux and screen these are half blocks: what is passed through them lands where they do not know of it, and
    is drawn over.
    """
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    if is_multiplexed(environ):
        return "blocks"
    if environ.get("KITTY_WINDOW_ID") or term in _KITTY:
        return "kitty"
    if program in _PROGRAMS:
        return _PROGRAMS[program]
    if environ.get("LC_TERMINAL") == "iTerm2":
        return "iterm2"
    if environ.get("WT_SESSION") or any(name in term for name in _SIXEL):
        return "sixel"
    version = environ.get("KONSOLE_VERSION", "")
    if version.isdecimal():
        return "sixel" if int(version) >= _KONSOLE else "blocks"
    return "blocks" if term.startswith(_BLOCKS) or environ.get("VTE_VERSION") else None


def chosen_protocol(
    setting: str, environ: Mapping[str, str], *, encoding: str | None, shows_sixels: Callable[[], bool]
) -> Protocol:
    """By which protocol pictures are shown: the user's word, else what the environment tells, else what was asked.

    By none where colours are not wanted; half blocks only where the encoding has them.
    """
    if not coloured(environ, is_terminal=True):
        return "none"
    protocol = next((name for name in PROTOCOLS if name == setting), None)
    protocol = protocol or picture_protocol(environ) or ("sixel" if shows_sixels() else "blocks")
    return "none" if protocol == "blocks" and not is_unicode(encoding) else protocol


PROTOCOLS: tuple[Protocol, ...] = ("kitty", "iterm2", "sixel", "blocks", "none")


def is_multiplexed(environ: Mapping[str, str]) -> bool:
    """Whether tmux or screen stands between us and the terminal."""
    return bool(environ.get("TMUX")) or environ.get("TERM", "").startswith(("screen", "tmux"))


def has_true_colour(environ: Mapping[str, str]) -> bool:
    """Whether the terminal shows more than 256 colours."""
    term = environ.get("TERM", "")
    if environ.get("COLORTERM") in ("truecolor", "24bit") or "direct" in term:
        return True
    if is_multiplexed(environ):
        return False
    is_known = environ.get("TERM_PROGRAM") in _TRUE_COLOUR or term.startswith(("xterm-kitty", "xterm-ghostty"))
    return is_known or term.startswith(("alacritty", "foot", "contour")) or bool(environ.get("WT_SESSION"))


def is_unicode(encoding: str | None) -> bool:
    """Whether all characters can be written in an encoding."""
    return (encoding or "").lower().replace("-", "").replace("_", "").startswith("utf")
