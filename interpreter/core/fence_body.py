"""The lines of a fence that may be run, until they close."""

from interpreter.core.fence_lines import Fence
from interpreter.core.strings import NoStrings, open_strings
from interpreter.core.tags import without_end
from interpreter.core.unlabelled import is_python_to_run

_PYTHON = ("python", "python3", "py")


class FenceBody:
    """Collects lines without their ends, dedented, and knows which fence line closes them.

    A fence line inside an open string is content, and remembered: it closed the body if none does outside of strings.
    """

    def __init__(self, fence: Fence, language: str) -> None:
        self.language = language
        self.lines: list[str] = []
        self._fence = fence
        self._is_labelled = bool(fence.info)
        self._had_language_line = False
        self._strings = open_strings(language) if fence.info else NoStrings()
        self._margin: int | None = None  # unknown until a line that is not blank
        self._doubtful_close: int | None = None

    @property
    def may_be_shown(self) -> bool:
        """Whether this is known to be code to run."""
        return self._is_labelled and self._margin is not None

    @property
    def is_certain(self) -> bool:
        """Whether moreover all lines so far belong to it, whatever comes."""
        return self.may_be_shown and self._doubtful_close is None

    @property
    def is_to_run(self) -> bool:
        """Whether the lines, being complete, are code to run."""
        return self.may_be_shown or (not self._is_labelled and self._is_python())

    @property
    def end(self) -> int:
        """How many lines belong to the code, if no other fence line comes."""
        return len(self.lines) if self._doubtful_close is None else self._doubtful_close

    def text(self, start: int, end: int) -> str:
        """Some of the lines, each but the very first with the line's end before it."""
        return ("\n" if 0 < start < end else "") + "\n".join(self.lines[start:end])

    def is_closed_by(self, line: str) -> bool:
        """Whether a line is a closing fence outside of strings."""
        return self._fence.is_closed_by(without_end(line)) and not self._strings.is_open

    def is_closed_by_last(self, line: str) -> bool:
        """Whether the reply's last line, without an end, is a closing fence or what is left of one."""
        marks = without_end(line)
        return bool(marks.strip()) and self._fence.may_be_closed_by(marks) and not self._strings.is_open

    def drop_language_line(self) -> int:
        """Take the language away that stands in a line of its own behind a fence without one; the lines taken."""
        first = next((at for at, line in enumerate(self.lines) if line.strip()), -1)
        if self._is_labelled or first < 0 or self.lines[first].strip().lower() not in _PYTHON:
            return 0
        self._had_language_line = True
        del self.lines[: first + 1]
        return first + 1

    def is_opened_again_by(self, line: str) -> bool:
        """Whether a line before the first one of the code is such a fence as has opened this."""
        marks = self._fence.mark * self._fence.length
        is_first = self._is_labelled and self._margin is None and self._doubtful_close is None
        return is_first and line.strip().startswith(marks) and line.strip().strip(self._fence.mark) != ""

    def add(self, line: str) -> None:
        """Add a line that does not close."""
        if self._doubtful_close is None and self._fence.is_closed_by(line):
            self._doubtful_close = len(self.lines)
        if self._margin is None and line.strip():
            self._margin = min(self._fence.indent, _indent(line))
            self.lines = [self._dedent(blank) for blank in self.lines]
        line = self._dedent(line)
        self.lines.append(line)
        self._strings.feed(line + "\n")

    def _is_python(self) -> bool:
        return is_python_to_run(self.text(0, len(self.lines)), assigns=self._had_language_line)

    def _dedent(self, line: str) -> str:
        return line[min(self._margin or 0, _indent(line)) :]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
