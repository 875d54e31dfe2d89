"""What the lines look like that open or close a code fence."""

import re
from dataclasses import dataclass

# A longer line is never a fence. The limit lets a line that cannot be told yet be looked at again with each delta.
LONGEST_LINE = 1000

_SPACE = r"[^\S\n]"
_MARKER = r"(?:[-*+]|[0-9]{1,9}[.)])"
_LEAD = rf"{_SPACE}*(?:{_MARKER}{_SPACE}+)*"
_OPENING = re.compile(
    rf"(?P<lead>{_LEAD})(?:(?P<ticks>`{{3,}})(?P<info>[^`\n]*)|(?P<tildes>~{{3,}})(?P<rest>[^\n]*))\n?"
)
_TAG = re.compile(r"[\s{.]*(?P<tag>[^\s{}\[\](),:;=|\"']*)")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_BETWEEN_WORDS = re.compile(r"[\s{},:;]+")

_SPECIAL_START = re.compile(rf"{_LEAD}(?:[-*+]|[0-9]{{1,9}}[.)]?|`{{1,2}}|~{{1,2}}|`{{3,}}[^`\n]*|~{{3,}}[^\n]*)?")


@dataclass(frozen=True, slots=True)
class Fence:
    """An open fence; `indent` counts the characters before its marks, list markers included.

    `tag` is the language as written, in lower case; `is_example` says that the code is an answer, not to be run.
    """

    indent: int
    mark: str
    length: int
    info: str

    @property
    def tag(self) -> str:
        """`python` from `Python`, `{.python}`, `python:main.py`, `python,ignore` or `python title="x"`."""
        match = _TAG.match(self.info)
        return match["tag"].lower() if match else ""

    @property
    def is_example(self) -> bool:
        """Whether `example` is among the attributes."""
        return "example" in (word.lstrip(".") for word in _BETWEEN_WORDS.split(_QUOTED.sub("", self.info.lower())))

    def is_closed_by(self, line: str) -> bool:
        """Whether a line is nothing but enough of the same mark."""
        marks = line.strip()
        return len(marks) >= self.length and not marks.strip(self.mark) and len(line) <= LONGEST_LINE

    def may_be_closed_by(self, start: str) -> bool:
        """Whether a line that starts so can still become a closing fence; true for an empty start."""
        marks = start.lstrip()
        after = marks.lstrip(self.mark)
        return not after or (len(marks) - len(after) >= self.length and not after.strip())


def opened_fence(line: str) -> Fence | None:
    """The fence that a line of prose opens."""
    match = _OPENING.fullmatch(line) if len(line.removesuffix("\n")) <= LONGEST_LINE else None
    if match is None:
        return None
    marks = match["ticks"] or match["tildes"]
    return Fence(len(match["lead"]), marks[0], len(marks), (match["info"] or match["rest"] or "").strip())


def may_be_special(start: str) -> bool:
    """Whether a line of prose that starts so can still open a fence."""
    return _SPECIAL_START.fullmatch(start) is not None
