"""Whether words of code name a path that a rule is about; links are followed, and `..` is taken away."""

import glob
import os.path
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice

from interpreter.rules.commands import Word

MOST = 1_000
"""Files that a pattern is expanded to; a pattern with more is not understood."""
DEEPEST = 2
"""Parts of a path that may be patterns, for its files to be looked up."""
LONGEST = 1_000
"""Characters of a word that is taken for a path."""

_HOME = re.compile(r"^(?:~(?=/|$)|\$HOME\b|\$\{HOME\})")
_HERE = re.compile(r"\$PWD\b|\$\{PWD\}")
_BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Places:
    """Where a block's relative paths may begin, the likeliest first, and the user's home. Looks at the disk."""

    folders: tuple[str, ...]
    home: str

    def roots(self, written: Iterable[str]) -> tuple[str, ...]:
        """Paths of rules, from the working folder on, as they are and with links followed."""
        whole = [os.path.join(self.folders[0], _HOME.sub(self.home, path)) for path in written]  # noqa: PTH118
        return tuple(dict.fromkeys(form for path in whole for form in _forms(path)))

    def may_be_in(self, text: str, roots: tuple[str, ...]) -> bool:
        """Whether a word may name something there, as the code's author or the shell may have meant it."""
        return any(_is_in(form, roots) or _fits(form, roots) for path in self._read(text) for form in _forms(path))

    def is_surely_in(self, word: Word, roots: tuple[str, ...]) -> bool:
        """Whether a word can name nothing elsewhere, with all links followed."""
        text = word.text
        if text is None or len(text) > LONGEST or len(self.folders) != 1:
            return False
        path = os.path.join(self.folders[0], _HOME.sub(self.home, text))  # noqa: PTH118
        if text.startswith("~") and not _HOME.match(text):
            return False
        if not word.is_pattern:
            return _is_in(os.path.realpath(path), roots)
        if "{" in text or sum(map(glob.has_magic, path.split("/"))) > DEEPEST:
            return False
        found = list(islice(glob.iglob(path), MOST + 1))  # noqa: PTH207 - lazily
        if not found or len(found) > MOST:
            return False
        return all(_is_in(os.path.realpath(each), roots) for each in found)

    def is_file(self, text: str) -> bool:
        """Whether there is something of this name."""
        return len(text) < LONGEST and "\0" not in text and os.path.lexists(os.path.join(self.folders[0], text))  # noqa: PTH118

    def _read(self, text: str) -> Iterator[str]:
        if not text or len(text) > LONGEST or "\0" in text:
            return
        for piece in islice(_unbraced(text), MOST):
            for path in _pieces(piece):
                for folder in self.folders:
                    yield os.path.join(folder, _HERE.sub(folder, _HOME.sub(self.home, path)))  # noqa: PTH118


def _pieces(text: str) -> Iterator[str]:
    """A word, and the paths within: `--file=/etc/x`, `-C/etc`, `host:/etc`."""
    yield text
    for sign in ("=", ":", ","):
        if sign in text:
            yield from (piece for piece in text.split(sign) if piece)
    if text.startswith("-") and (at := min((at for at in (text.find("/"), text.find("~")) if at > 0), default=0)):
        yield text[at:]


def _unbraced(text: str) -> Iterator[str]:
    """The words that `a{b,c}` stands for."""
    match = _BRACES.search(text)
    if match is None:
        yield text
        return
    for part in match[1].split(","):
        yield from _unbraced(text[: match.start()] + part + text[match.end() :])


def _fits(pattern: str, roots: tuple[str, ...]) -> bool:
    """Whether a pattern with `*`, `?` or `[…]` can mean something there."""
    if not glob.has_magic(pattern):
        return False
    parts = pattern.split("/")
    return any(len(parts) >= len(root.split("/")) and all(map(fnmatchcase, root.split("/"), parts)) for root in roots)


def _forms(path: str) -> tuple[str, str]:
    try:
        return os.path.normpath(path), os.path.realpath(path)
    except (OSError, ValueError):
        return os.path.normpath(path), os.path.normpath(path)


def _is_in(path: str, roots: tuple[str, ...]) -> bool:
    return any(path == root or path.startswith(root.rstrip("/") + "/") for root in roots)
