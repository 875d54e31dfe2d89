"""The place in a text where words stand, cut out with marks around them."""

import re
import unicodedata
from collections.abc import Sequence

BEFORE, AFTER = 40, 80
"""Characters on both sides of the first word."""


def excerpt(text: str, words: Sequence[str]) -> str:
    """Part of a text in one line: `[` and `]` around what begins with one of these words, whatever case or accents."""
    flat = " ".join(text.split())
    at = _first(flat, words)
    start, end = max(0, at - BEFORE), min(len(flat), at + AFTER)
    start = flat.find(" ", start, at) + 1 if start else 0
    return f"{'…' if start else ''}{_marked(flat[start:end], words)}{'…' if end < len(flat) else ''}"


def _first(text: str, words: Sequence[str]) -> int:
    found = re.search(rf"\b(?:{'|'.join(map(re.escape, words))})", text, re.IGNORECASE)
    if found:
        return found.start()
    # Accents make no difference to the index.
    return next((each.start() for each in re.finditer(r"\w+", text) if _begins(each.group(), words)), 0)


def _marked(text: str, words: Sequence[str]) -> str:
    return re.sub(r"\w+", lambda each: f"[{each.group()}]" if _begins(each.group(), words) else each.group(), text)


def _begins(token: str, words: Sequence[str]) -> bool:
    return _folded(token).startswith(tuple(map(_folded, words)))


def _folded(word: str) -> str:
    apart = unicodedata.normalize("NFD", word.lower())
    return "".join(character for character in apart if not unicodedata.combining(character))
