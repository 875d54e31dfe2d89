"""Streamed Markdown, cut anywhere, becomes prose, reasoning and the first block of code to run.

Fences follow CommonMark, but may be indented at will and stand behind list markers. What the rules leave open:

- A closing fence needs its line's end, or the end of a whole reply: there even too few marks close, for they are
  what is left of a closing fence. A reply that was cut right behind its closing fence has no block.
- A block of blanks only is prose. So is a fence line longer than `LONGEST_LINE`.
- Blank lines lose their indent like all others: up to the block's margin.
- After a closing reasoning tag a run of line ends is dropped, and a new line starts.
- A closing reasoning tag that none opened says that all before it was reasoning.
- A call of a tool between tags, if it means code to run, is a block. So is one that is the whole reply, bare or as
  JSON: that is known at the reply's end only, when it has been told as prose.
- A fence opened again before its first line counts once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from interpreter.core import meant
from interpreter.core.fence_body import FenceBody
from interpreter.core.fence_lines import LONGEST_LINE, Fence, may_be_special, opened_fence
from interpreter.core.messages import CodeBlock
from interpreter.core.tagged import Tagged
from interpreter.core.tags import Tag, may_become_tag, opened_tag, without_end


@dataclass(frozen=True, slots=True)
class Prose:
    """The next characters of the answer that are not code to run, as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Reasoning:
    """The next characters between reasoning tags."""

    text: str


@dataclass(frozen=True, slots=True)
class CodeOpened:
    """A block to run begins."""

    language: str


@dataclass(frozen=True, slots=True)
class Code:
    """The next characters of the block, dedented, with `\\n` for each line's end."""

    text: str


@dataclass(frozen=True, slots=True)
class CodeClosed:
    """The block is complete."""

    block: CodeBlock


Piece: TypeAlias = Prose | Reasoning | CodeOpened | Code | CodeClosed

# Whatever the parser is in ends behind a line's end or a tag, so that a segment never has two meanings.
_SEGMENTS = re.compile("[^\n>\\]\u25b7]*[\n>\\]\u25b7]|[^\n>\\]\u25b7]+")


class FenceParser:
    """Reads one reply, however it is cut: the pieces, put together, are the same.

    `language_of` gives the canonical name of the language that a fence's tag means, None for what is not run.
    """

    def __init__(self, language_of: Callable[[str], str | None]) -> None:
        self.block: CodeBlock | None = None
        self._language_of = language_of
        self._is_over = False
        self._is_finished = False
        self._pieces: list[Piece] = []
        self._source: list[str] = []
        self._carriage_return = ""  # held back until it is known whether it ends a line
        self._line_start = ""  # prose that may still open or close something
        self._is_midline = False
        self._prose_fence: Fence | None = None
        self._tagged: Tagged | None = None  # the reasoning or the call that is open
        self._drops_line_ends = False
        self._body: FenceBody | None = None
        self._body_line: list[str] = []
        self._lines_shown = 0
        self._opened_at = 0  # the item of the source with the body's fence
        self._body_at = 0  # the item behind it, or behind one that opens it again; each line after it is one item

    @property
    def is_over(self) -> bool:
        """Whether what follows is not read: the first block to run is complete, or a tag has ended the reply."""
        return self._is_over

    @property
    def source(self) -> str:
        """The reply as written, without reasoning, up to the closing fence of the first block to run.

        A block that came without a fence stands there with one.
        """
        return "".join([*self._source, self._line_start, *self._body_line])

    def feed(self, text: str) -> list[Piece]:
        """Read the next characters; after the first block to run they are ignored."""
        text = self._carriage_return + text
        self._carriage_return = "\r" if text.endswith("\r") else ""
        self._read(text.removesuffix("\r"))
        return self._taken_pieces()

    def finish(self, *, whole: bool) -> list[Piece]:
        """Read the end: `whole` unless an error, a limit or the user cut the reply."""
        self._read(self._carriage_return)
        self._carriage_return = ""
        if not self._is_finished and self.block is None:
            self._is_over = self._is_finished = True
            self._write(self._line_start)
            self._line_start = ""
            if self._tagged:
                self._finish_tagged(self._tagged, whole)
            if self._body:
                self._finish_code(self._body, whole)
            if whole and self.block is None:
                self._take_meant()
        return self._taken_pieces()

    def _read(self, text: str) -> None:
        for segment in _SEGMENTS.findall(text):
            if self._is_over:
                break
            if self._body:
                self._read_code(self._body, segment)
            elif self._tagged:
                self._read_tagged(self._tagged, segment)
            else:
                self._read_prose(segment)

    def _taken_pieces(self) -> list[Piece]:
        pieces, self._pieces = self._pieces, []
        return pieces

    # -- prose ----------------------------------------------------------------------------------------------------

    def _read_prose(self, segment: str) -> None:
        if self._is_midline:
            self._is_midline = not segment.endswith("\n")
            self._write(segment)
        elif not self._drops(segment):
            line, self._line_start = self._line_start + segment, ""
            if self._may_be_special(line):
                self._line_start = line
            else:
                self._is_midline = not segment.endswith("\n")
                self._begin_line(line)

    def _drops(self, segment: str) -> bool:
        self._drops_line_ends = self._drops_line_ends and segment in ("\n", "\r\n")
        return self._drops_line_ends

    def _may_be_special(self, start: str) -> bool:
        if start.endswith("\n") or len(start) > LONGEST_LINE:
            return False
        return self._prose_fence.may_be_closed_by(start) if self._prose_fence else _may_open(start)

    def _begin_line(self, line: str) -> None:
        if self._prose_fence:
            self._write(line)
            if self._prose_fence.is_closed_by(line):
                self._prose_fence = None
        elif tag := opened_tag(line):
            self._enter(tag, line)
        elif fence := opened_fence(line):
            self._open(fence, line)
        else:
            self._write(line)

    def _write(self, text: str) -> None:
        if text:
            self._source.append(text)
            self._pieces.append(Prose(text))

    # -- tags -----------------------------------------------------------------------------------------------------

    def _enter(self, tag: Tag, line: str) -> None:
        self._is_midline = False
        match tag.kind:
            case "reasoning" | "call":
                self._write(tag.lead)
                self._tagged = Tagged(tag, line.removeprefix(tag.lead))
            case "end of reasoning":
                self._source.clear()
                self._drops_line_ends = True
            case "end of reply":
                self._is_over = True
            case "nothing":
                self._drops_line_ends = True
            case _:
                assert_never(tag.kind)

    def _read_tagged(self, tagged: Tagged, segment: str) -> None:
        self._think(tagged.feed(segment))
        if tagged.is_closed:
            self._leave(tagged)

    def _finish_tagged(self, tagged: Tagged, whole: bool) -> None:
        self._think(tagged.rest())
        if tagged.is_call:
            self._leave(tagged, whole=whole)

    def _leave(self, tagged: Tagged, *, whole: bool = True) -> None:
        self._tagged = None
        self._drops_line_ends = not tagged.is_call
        if not tagged.is_call:
            return
        block = meant.called(tagged.tag.name, tagged.content, self._language_of) if whole else None
        if block:
            self._take(block, "".join(self._source))
        else:
            self._write(tagged.written)

    def _think(self, text: str) -> None:
        if text:
            self._pieces.append(Reasoning(text))

    # -- code that has no fence -----------------------------------------------------------------------------------

    def _take_meant(self) -> None:
        if found := meant.meant(self.source, self._language_of):
            self._take(found.block, found.before)

    def _take(self, block: CodeBlock, before: str) -> None:
        self._source = [f"{before.rstrip()}\n\n{block.fenced}".lstrip("\n")]
        self._pieces += [CodeOpened(block.language), Code(block.code), CodeClosed(block)]
        self.block = block
        self._is_over = True

    # -- code -----------------------------------------------------------------------------------------------------

    def _open(self, fence: Fence, line: str) -> None:
        language = self._language(fence)
        if language is None:
            self._prose_fence = fence
            self._write(line)
        else:
            self._body = FenceBody(fence, language)
            self._opened_at = len(self._source)
            self._source.append(line)
            self._body_at = len(self._source)

    def _language(self, fence: Fence) -> str | None:
        tag = fence.tag if fence.info else "python"
        return self._language_of(tag) if tag and not fence.is_example else None

    def _read_code(self, body: FenceBody, segment: str) -> None:
        self._body_line.append(segment)
        if not segment.endswith("\n"):
            return
        line = self._end_body_line()
        if body.is_closed_by(line):
            self._close(body, len(body.lines))
        elif body.is_opened_again_by(line) and (again := opened_fence(line)) and self._language(again) == body.language:
            self._body = FenceBody(again, body.language)
            self._body_at = len(self._source)
        else:
            body.add(line.removesuffix("\n").removesuffix("\r"))
            if body.is_certain:
                self._show(body, len(body.lines))

    def _finish_code(self, body: FenceBody, whole: bool) -> None:
        last = self._end_body_line()
        is_closed = body.is_closed_by_last(last)
        if last.strip() and not is_closed:
            body.add(without_end(last))
        if whole:
            self._close(body, len(body.lines) if is_closed else body.end)
        elif body.may_be_shown:
            self._show(body, len(body.lines))
        else:
            self._give_back()

    def _end_body_line(self) -> str:
        line = "".join(self._body_line)
        self._body_line.clear()
        self._source.append(line)
        return line

    def _close(self, body: FenceBody, end: int) -> None:
        closing = self._body_at + end
        end -= body.drop_language_line()
        if not body.is_to_run:
            self._give_back()
            return
        self._show(body, end)
        self.block = CodeBlock(body.language, body.text(0, end))
        self._pieces.append(CodeClosed(self.block))
        self._source[closing:] = [without_end(line).rstrip() for line in self._source[closing : closing + 1]]
        self._is_over = True

    def _show(self, body: FenceBody, end: int) -> None:
        if self._lines_shown == 0:
            self._pieces.append(CodeOpened(body.language))
        if text := body.text(self._lines_shown, end):
            self._pieces.append(Code(text))
        self._lines_shown = end

    def _give_back(self) -> None:
        """The body is not to run: what was withheld is prose."""
        self._pieces.append(Prose("".join(self._source[self._opened_at :])))
        self._body = None


def _may_open(start: str) -> bool:
    return may_be_special(start) or may_become_tag(start)
