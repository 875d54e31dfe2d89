"""Characters that cannot be seen, or that a terminal would obey, made into marks."""

import re
import unicodedata

_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_FORMAT = (  # Unicode category Cf, separators of lines and paragraphs, fillers that draw nothing
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff"
)
_JOINERS = "\u034f\u200c\u200d\ufe0e\ufe0f"
"""Hidden too, but prose in Persian or Hindi, and emoji, are made with them."""
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000"
"""Blanks that are not a space: harmless in prose, a trap in code."""

_IN_PROSE = re.compile(f"[{_CONTROL}{_FORMAT}]")
_IN_CODE = re.compile(f"[{_CONTROL}{_FORMAT}{_JOINERS}{_SPACES}]")
_COLOURED = re.compile(r"(\x1b\[[0-9;:]*m)")
_COLOUR = re.compile(r"\x1b\[[0-9;:]*m")
_PALETTE = re.compile(r"(?:^|;)0*[345]8;0*(?:5;[0-9]*|2;[0-9]*;[0-9]*;[0-9]*)(?=;|$)")
"""A colour by its numbers, of which 8 is one."""
_CONCEAL = re.compile(r"(?:^|;)0*8(?:[:;]|$)")


def visible(text: str) -> str:
    """Prose for the terminal: only line feeds and tabs are left of what is not drawn."""
    return _IN_PROSE.sub(_mark, text.replace("\r\n", "\n"))


def visible_code(code: str) -> str:
    """Code for the terminal: stricter than prose, since it is read before it is approved."""
    return _IN_CODE.sub(_mark, code)


def visible_output(text: str) -> str:
    """Output of a program for the terminal: like prose, but its colours stay."""
    if "\x1b[" not in text:
        return visible(text)
    return "".join(
        piece if _COLOUR.fullmatch(piece) and not _CONCEAL.search(_PALETTE.sub("", piece[2:-1])) else visible(piece)
        for piece in _COLOURED.split(text)
    )


def hidden_in(code: str) -> tuple[str, ...]:
    """The names of the hidden characters in code, each once: what a warning above it says."""
    return tuple(dict.fromkeys(_name(match.group()) for match in _IN_CODE.finditer(code)))


def _mark(match: re.Match[str]) -> str:
    character = match.group()
    if character < " ":
        return chr(0x2400 + ord(character))
    return "\N{SYMBOL FOR DELETE}" if character == "\x7f" else f"<U+{ord(character):04X}>"


def _name(character: str) -> str:
    return unicodedata.name(character, "").lower() or f"U+{ord(character):04X}"
