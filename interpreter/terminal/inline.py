"""Markdown within a line, while it streams: how much of it can be read for certain, and what that says."""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

BOLD, DIM, ITALIC, UNDERLINED, STRUCK, MAGENTA = "1", "2", "3", "4", "9", "35"
"""Parameters of SGR sequences."""

PATIENCE = 300
"""Characters to wait for the end of what a mark may have begun; a mark that nothing ends is a plain character."""

_MARKS = re.compile(r"[*_`\[!<\\&~]")
_CONSTRUCT = re.compile(
    r"""\\.
    | &\#?\w+;
    | (?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)
    | (?P<stars>\*{1,3}|_{1,3}|~~)(?=[^\s*_~]).+?(?<=\S)(?P=stars)(?![*_~])
    | !?\[(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*\]\((?:[^()\\\s]|\\.|\([^()\s]*\))*(?:\s+"[^"]*")?\)
    | <\w[\w+.-]*:[^\s<>]*>
    """,
    re.VERBOSE | re.DOTALL,
)
_MAY_GO_ON = "*_`~"
"""Marks that a further character can change."""

WIDE = "\u1100"
"""From here on scripts and signs follow between which a line may break."""


class Span(NamedTuple):
    """Text of one look: `style` is the parameters of its SGR sequence, empty for plain text."""

    text: str
    style: str


def certain(text: str) -> int:
    """How many characters of a line that goes on can be read by themselves: up to a word's end outside of all marks."""
    position = boundary = 0
    while True:
        mark = _MARKS.search(text, position)
        start = mark.start() if mark else len(text)
        boundary = max(boundary, _last_break(text, position, start))
        if mark is None or start + 1 == len(text):
            return boundary
        found = _CONSTRUCT.match(text, start)
        if found and not (found.end() == len(text) and text[-1] in _MAY_GO_ON):
            position = found.end()
        elif not found and (len(text) - start > PATIENCE or text[start + 1].isspace()):
            position = start + 1
        else:
            return boundary


def _last_break(text: str, start: int, end: int) -> int:
    """The place behind the last blank, or the last character of a script that writes without blanks."""
    for position in range(end, start, -1):
        if text[position - 1].isspace() or text[position - 1] >= WIDE:
            return position
    return 0


def spans(text: str) -> Iterator[Span]:
    """What a piece of a line says, without its marks."""
    if not _MARKS.search(text):
        yield Span(text, "")
        return
    lead = text[: len(text) - len(text.lstrip())]
    trail = text[len(text.rstrip()) :]
    if lead:
        yield Span(lead, "")
    if stripped := text.strip():
        yield from _read(stripped)
    if trail and stripped:
        yield Span(trail, "")


def _read(text: str) -> Iterator[Span]:
    styles: list[str] = []
    address = ""
    for token in _parser().parseInline(text)[0].children or []:
        kind = token.type
        if kind == "link_open":
            address, linked = str(token.attrs.get("href", "")), ""
            styles.append(UNDERLINED)
        elif kind == "link_close":
            styles.pop()
            if address not in (linked, f"mailto:{linked}"):
                yield Span(f" ({address})", DIM)
            address = ""
        elif kind.endswith("_open"):
            styles.append(_STYLES.get(kind, ""))
        elif kind.endswith("_close"):
            styles.pop()
        else:
            said = _said(kind, token.content)
            linked = linked + said if address else ""
            style = [*styles, MAGENTA] if kind == "code_inline" else styles
            yield Span(said, ";".join(part for part in style if part))


_STYLES = {"strong_open": BOLD, "em_open": ITALIC, "s_open": STRUCK}


def _said(kind: str, content: str) -> str:
    if kind in ("softbreak", "hardbreak"):
        return "\n"
    return f"[picture: {content}]" if kind == "image" else content


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    # Tags are shown as they stand; an address is shown as it was written.
    parser = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
    parser.normalizeLink = parser.normalizeLinkText = str  # type: ignore[method-assign,assignment]
    return parser
