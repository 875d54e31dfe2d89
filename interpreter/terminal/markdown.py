"""Markdown drawn while it streams: every word once, in the order they come; only a table waits for its end."""

import re
from collections.abc import Callable

from interpreter.core.visible import visible
from interpreter.terminal.highlight import Highlighter
from interpreter.terminal.inline import BOLD, DIM, UNDERLINED, Span, certain, spans
from interpreter.terminal.wrapped import Wrapped, styled

RULE = 60
"""Columns of a line across, at most."""

_UNDECIDED = re.compile(
    r"""[ \t]*(?:>[ \t]*)*
    (?: \#{1,6}[ \t]* | [-*+_](?:[ \t]*[-*_])*[ \t]* | (?:[-*+]|\d{1,9}[.)]?)(?:[ \t]+(?:\[(?:[ xX](?:\][ \t]*)?)?)?)?
    | `{1,2} | ~{1,2} | ```[^`]* | ~~~.* | \|.* )?""",
    re.VERBOSE,
)
"""The start of a line that does not tell yet what kind of line it is; a fence and a row are read as a whole."""

_FENCE = re.compile(r"(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[\w+#.-]*)[^`]*")
_ACROSS = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+")
_QUOTE = re.compile(r" {0,3}>[ \t]?")
_ITEM = re.compile(r"(?P<indent>[ \t]*)(?P<mark>[-*+]|\d{1,9}[.)])[ \t]+(?P<box>\[[ xX]\][ \t]+)?")
_INDENT = re.compile(r"[ \t]*")
_ROW = re.compile(r"[ \t]*\|.*")
_DIVIDER = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")

_BOXES = {"": "", "[ ]": "☐ ", "[x]": "☑ "}


class Markdown:
    """Takes text in pieces and gives what can be drawn of it, in lines of at most `width()` columns."""

    def __init__(self, width: Callable[[], int]) -> None:
        self._width = width
        self._wrapped = Wrapped(width)
        self._code = Highlighter(colours=True)
        self._start()

    def _start(self) -> None:
        self._text = ""
        self._in_line = False
        self._style = ""
        self._fence = ""
        self._indent = 0
        self._rows: list[str] = []
        self._after_blank = True

    def feed(self, text: str) -> str:
        """What can be drawn now."""
        *lines, rest = (self._text + text).split("\n")
        drawn = [self._line(line) for line in lines]
        self._text = rest
        drawn.append(self._go_on())
        return "".join(drawn)

    def finish(self) -> str:
        """The rest; what comes next begins anew."""
        drawn = self._line(self._text) if self._text or self._in_line else ""
        drawn += self._table() + self._code.finish()
        self._start()
        return drawn

    def _line(self, line: str) -> str:
        """The end of a line, or all of it where nothing of it has been drawn."""
        line = line.removesuffix("\r")
        if self._in_line:
            self._in_line = False
            return self._wrapped.put(self._look(line)) + self._wrapped.finish()
        if self._fence:
            return self._code_line(line)
        if _ROW.fullmatch(line):
            self._rows.append(line)
            self._after_blank = False
            return ""
        drawn = self._table()
        if line.strip():
            self._after_blank = False
        if (opened := _FENCE.fullmatch(line)) is not None:
            return drawn + self._open(opened)
        if _ACROSS.fullmatch(line):
            return f"{drawn}{self._across()}\n"
        if not line.strip():
            return drawn + self._blank_line()
        return drawn + self._begin(line, is_all=True)

    def _go_on(self) -> str:
        """What of an unfinished line is certain."""
        if self._fence or (not self._in_line and _UNDECIDED.fullmatch(self._text)):
            return ""
        if not self._in_line:
            return self._table() + self._begin(self._text, is_all=False)
        length = certain(self._text)
        text, self._text = self._text[:length], self._text[length:]
        return self._wrapped.put(self._look(text))

    def _begin(self, line: str, *, is_all: bool) -> str:
        self._after_blank = False
        first, others, self._style, rest = _kind(line)
        self._wrapped.start(first, others)
        if is_all:
            return self._wrapped.put(self._look(rest)) + self._wrapped.finish()
        self._in_line, self._text = True, rest
        return self._go_on()

    def _look(self, text: str) -> list[Span]:
        return [Span(said, ";".join(part for part in (self._style, style) if part)) for said, style in spans(text)]

    def _open(self, opened: re.Match[str]) -> str:
        self._fence, self._indent = opened["fence"], len(opened["indent"])
        language = visible(opened["language"])
        self._code.start(language or "text")
        return f"{self._across(language)}\n"

    def _blank_line(self) -> str:
        is_second, self._after_blank = self._after_blank, True
        return "" if is_second else "\n"

    def _code_line(self, line: str) -> str:
        closing = line.strip()
        if closing.startswith(self._fence) and not closing.strip(self._fence[0]):
            self._fence = ""
            return f"{self._code.finish()}{self._across()}\n"
        indent = _INDENT.match(line)
        assert indent
        return self._code.feed(line[min(self._indent, indent.end()) :] + "\n")

    def _across(self, title: str = "") -> str:
        columns = min(self._width(), RULE)
        return styled(f"── {title} ".ljust(columns, "─")[:columns] if title else "─" * columns, DIM)

    def _table(self) -> str:
        rows, self._rows = self._rows, []
        if not rows:
            return ""
        if len(rows) < 2 or not _DIVIDER.fullmatch(rows[1]):
            return "".join(self._begin(row, is_all=True) for row in rows)
        from interpreter.terminal.tables import drawn_table

        return drawn_table(rows, self._width())


def _kind(line: str) -> tuple[str, str, str, str]:
    """What stands before the first and the further lines of a paragraph, its look, and its text."""
    if match := _HEADING.match(line):
        style = f"{BOLD};{UNDERLINED}" if len(match[1]) == 1 else BOLD
        return "", "", style, line[match.end() :]
    if match := _QUOTE.match(line):
        first, others, _, text = _kind(line[match.end() :])
        return f"│ {first}", f"│ {others}", DIM, text
    if match := _ITEM.match(line):
        mark = "•" if match["mark"] in "-*+" else match["mark"]
        box = _BOXES[(match["box"] or "").strip().lower()]
        first = f"{match['indent'].expandtabs(4)}{mark} {box}"
        return first, " " * len(first), "", line[match.end() :]
    indent = _INDENT.match(line)
    assert indent
    blank = indent[0].expandtabs(4)
    return blank, blank, "", line[indent.end() :]
