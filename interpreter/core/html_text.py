"""HTML as text: tags, scripts and styles gone, entities decoded, tables as aligned rows."""

from functools import lru_cache
from html.parser import HTMLParser

from interpreter.core.tables import Table, table_text

MOST = 1_000_000
"""Characters of HTML that are read; more of it says no more."""
SKIPPED = frozenset({"script", "style", "template", "svg"})
LINES = frozenset(
    {"article", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
    | {"footer", "header", "li", "ol", "p", "pre", "section", "summary", "table", "tr", "ul", "caption"}
)
"""Tags that begin a new line, and end it."""


@lru_cache(maxsize=32)
def html_text(html: str) -> str:
    """What a person would read of it; no HTML is too broken. Empty where all is drawn by scripts."""
    text = "\n".join(part if isinstance(part, str) else table_text(part.rows, part.head) for part in html_parts(html))
    return f"{text}\n[… {len(html) - MOST:,} characters of HTML left out …]" if len(html) > MOST else text


@lru_cache(maxsize=32)
def html_parts(html: str) -> tuple[str | Table, ...]:
    """The lines that say something, and the tables, of the first million characters."""
    reader = _Reader()
    reader.feed(html[:MOST])
    reader.close()
    return reader.parts()


class _Reader(HTMLParser):
    """Collects lines; a table inside a table is text in its cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = [""]
        self._parts: list[str | Table] = []
        self._skipped: list[str] = []
        self._preformatted = self._tables = self._head = 0
        self._rows: list[list[str]] = []
        self._hanging: dict[int, int] = {}
        self._cell: list[str] | None = None
        self._is_heading = True
        self._is_in_head = False
        self._labels: int | None = None
        self._spans = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIPPED:
            self._skipped.append(tag)
        elif tag == "table":
            self._tables += 1
            self._new_line()
        elif self._tables == 1 and tag == "thead":
            self._is_in_head = True
        elif self._tables == 1 and tag == "tr":
            self._end_row()
            self._rows.append([])
        elif self._tables == 1 and tag in ("td", "th"):
            self._begin_cell(tag, dict(attrs))
        elif tag in LINES:
            self._new_line()
        if tag == "pre":
            self._preformatted += 1
        if tag == "li":
            self._add("- ")

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            if tag in self._skipped:
                del self._skipped[self._skipped.index(tag) :]
            return
        if tag == "table" and self._tables:
            self._tables -= 1
            if not self._tables:
                self._end_table()
        elif self._tables == 1 and tag in ("td", "th"):
            self._end_cell()
        elif self._tables == 1 and tag == "thead":
            self._end_row()
            self._is_in_head = self._is_heading = False
        elif tag in LINES:
            self._new_line()
        if tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)

    def handle_data(self, data: str) -> None:
        if self._skipped:
            return
        if self._preformatted and self._cell is None:
            first, *more = data.split("\n")
            self._lines[-1] += first
            self._lines += more
        else:
            self._add(data)

    def parts(self) -> tuple[str | Table, ...]:
        """All lines that say something, and all tables."""
        if self._tables:
            self._end_table()
        self._end_lines()
        return tuple(self._parts)

    def _end_lines(self) -> None:
        self._parts += [line.rstrip() for line in self._lines if line.strip()]
        self._lines = [""]

    def _add(self, data: str) -> None:
        if self._skipped:
            return
        if self._cell is not None:
            self._cell.append(data)
            return
        words = " ".join(data.split())
        line = self._lines[-1]
        if line and data[:1].isspace() and not line.endswith(" "):
            line += " "
        self._lines[-1] = line + words + (" " if words and data[-1:].isspace() else "")

    def _new_line(self) -> None:
        if self._cell is not None:
            self._cell.append(" ")
        elif self._lines[-1]:
            self._lines.append("")

    def _begin_cell(self, tag: str, attributes: dict[str, str | None]) -> None:
        self._end_cell()
        if not self._rows:
            self._rows.append([])
        self._hang()
        self._is_heading = self._is_heading and (tag == "th" or self._is_in_head)
        if not self._is_heading and tag == "td" and self._labels is None:
            self._labels = len(self._rows[-1])
        self._cell = []
        self._spans = _span(attributes.get("colspan")), _span(attributes.get("rowspan"))

    def _hang(self) -> None:
        """Leave room for cells that reach down from rows above."""
        row = self._rows[-1]
        while self._hanging.get(len(row)):
            self._hanging[len(row)] -= 1
            row.append("")

    def _end_cell(self) -> None:
        if self._cell is not None:
            row, (wide, high) = self._rows[-1], self._spans
            if high > 1:
                self._hanging |= dict.fromkeys(range(len(row), len(row) + wide), high - 1)
            row += [" ".join("".join(self._cell).split()), *[""] * (wide - 1)]
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._rows and self._is_heading and self._rows[-1]:
            self._head += 1

    def _end_table(self) -> None:
        self._end_row()
        if rows := tuple(tuple(row) for row in self._rows if row):
            self._end_lines()
            self._parts.append(Table(rows, self._head, self._labels or 0))
        self._tables = self._head = 0
        self._is_in_head, self._labels = False, None
        self._rows, self._hanging, self._is_heading = [], {}, True


def _span(said: str | None) -> int:
    return min(int(said), 100) if said and said.isdecimal() and len(said) < 4 and int(said) else 1
