"""Whether code, read line by line, is inside a string in which a fence line is content."""

import re
from typing import Protocol


class OpenStrings(Protocol):
    """Looks at code line by line."""

    @property
    def is_open(self) -> bool:
        """Whether the next line starts inside a string that may hold whole lines."""
        ...

    def feed(self, line: str) -> None:
        """Read one line, its `\\n` included."""
        ...


def open_strings(language: str) -> OpenStrings:
    """The scanner for a language, by its canonical name."""
    match language:
        case "python":
            return TripleQuotes()
        case "bash":
            return HereDocuments()
        case _:
            return NoStrings()


class NoStrings:
    """For languages whose strings are not followed."""

    is_open = False

    def feed(self, line: str) -> None:
        """Nothing to remember."""


_QUOTE_OR_COMMENT = re.compile(r"#|'''|\"\"\"|'|\"")
_ESCAPE_OR_END = {quote: re.compile(rf"\\.|{quote}", re.DOTALL) for quote in ("'", '"', "'''", '"""')}


class TripleQuotes:
    """Python: triple-quoted strings hold lines.

    Prefixes need no care: a backslash keeps the next quote from ending a raw string too. Quotes nested in an
    f-string's braces (Python 3.12) count as ending it; they come in pairs, so that the line's end is right again.
    """

    def __init__(self) -> None:
        self._quote = ""

    @property
    def is_open(self) -> bool:
        """Whether a triple-quoted string is open."""
        return len(self._quote) == 3

    def feed(self, line: str) -> None:
        """Read one line."""
        position = 0
        while position < len(line):
            position = self._leave(line, position) if self._quote else self._enter(line, position)

    def _enter(self, line: str, position: int) -> int:
        start = _QUOTE_OR_COMMENT.search(line, position)
        if start is None or start[0] == "#":
            return len(line)
        self._quote = start[0]
        return start.end()

    def _leave(self, line: str, position: int) -> int:
        token = ""
        for match in _ESCAPE_OR_END[self._quote].finditer(line, position):
            token = match[0]
            if token == self._quote:
                self._quote = ""
                return match.end()
        if len(self._quote) == 1 and token != "\\\n":
            self._quote = ""
        return len(line)


_COMMAND = re.compile(
    r"\\.|(?<![^\s;&|()])\#[^\n]*|\$?'|\"|\$?\(\(?|\)|<<<"
    r"|<<(?P<dash>-?)[ \t]*(?P<word>(?:'[^'\n]*'|\"[^\"\n]*\"|\\[^\n]|[^\s'\"\\;&|<>()])+)",
    re.DOTALL,
)
_TOKENS = {
    "": _COMMAND,
    "(": _COMMAND,
    "((": re.compile(r"[()]"),
    "'": re.compile("'"),
    "$'": re.compile(r"\\.|'", re.DOTALL),
    '"': re.compile(r"\\.|\"|\$\(\(?", re.DOTALL),
}
_QUOTED_PART = re.compile(r"'([^']*)'|\"([^\"]*)\"|\\(.)")


class HereDocuments:
    """Bash: here-documents hold lines.

    Quotes, comments, arithmetic and command substitution are followed as far as it takes to tell a here-document from
    other `<<`; an open quote alone holds no lines.
    """

    def __init__(self) -> None:
        self._nesting = [""]  # what is open, innermost last; arithmetic counts once for each of its parentheses
        self._announced: list[tuple[str, bool]] = []  # delimiters on this line, and whether tabs before them count not
        self._open: list[tuple[str, bool]] = []  # the last one ends first

    @property
    def is_open(self) -> bool:
        """Whether a here-document is open."""
        return bool(self._open)

    def feed(self, line: str) -> None:
        """Read one line."""
        if not self._open:
            self._feed_command(line)
            return
        delimiter, ignores_tabs = self._open[-1]
        text = line.removesuffix("\n")
        if (text.lstrip("\t") if ignores_tabs else text) == delimiter:
            self._open.pop()

    def _feed_command(self, line: str) -> None:
        position, token = 0, ""
        while match := _TOKENS[self._nesting[-1]].search(line, position):
            position, token = match.end(), match[0]
            self._take(token, match)
        if self._nesting[-1] in ("", "(") and token != "\\\n":
            self._open = self._announced[::-1]
            self._announced = []

    def _take(self, token: str, match: re.Match[str]) -> None:
        nesting = self._nesting
        innermost = nesting[-1]
        if token == innermost.lstrip("$") and token in ("'", '"'):
            nesting.pop()
        elif token == ")":
            if innermost in ("(", "(("):
                nesting.pop()
        elif token.endswith("(("):
            nesting += ["((", "(("]
        elif token.endswith("(") and not token.startswith(("#", "\\")):
            nesting.append("((" if innermost == "((" else "(")
        elif token in ("'", "$'", '"'):
            nesting.append(token)
        elif token.startswith("<<") and match["word"]:
            self._announce(match["word"], ignores_tabs=match["dash"] == "-")

    def _announce(self, word: str, ignores_tabs: bool) -> None:
        delimiter = _QUOTED_PART.sub(lambda quoted: quoted[1] or quoted[2] or quoted[3] or "", word)
        self._announced.append((delimiter, ignores_tabs))
