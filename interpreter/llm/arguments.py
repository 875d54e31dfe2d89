"""The arguments of a tool call, read while they stream: a JSON object's texts, whatever the cut."""

from collections.abc import Iterator
from typing import NamedTuple

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class Piece(NamedTuple):
    """The next characters of the text that belongs to a member of the object; an empty one ends it."""

    member: str
    text: str


class Arguments:
    """One JSON object, fed in pieces; members that are no texts are passed over.

    `is_whole` tells that the object was closed, `is_broken` that this is no object. Line ends within a text, which
    JSON forbids and models write, are taken.
    """

    def __init__(self) -> None:
        self._state = self._before
        self._member = ""
        self._key = ""
        self._escape = ""
        self._surrogate = ""
        self._depth = 0
        self._in_text = False
        self.is_whole = False
        self.is_broken = False

    def feed(self, text: str) -> Iterator[Piece]:
        """What the next characters add to the object's texts."""
        said: list[str] = []
        for letter in text:
            member = self._member
            added = self._state(letter)
            if added is None:
                continue
            if added:
                said.append(added)
            else:
                yield from _piece(member, said)
                said = []
                yield Piece(member, "")
        yield from _piece(self._member, said)

    # -- states: each takes a letter; text that it adds to the member, "" at the member's end, None for nothing ---

    def _before(self, letter: str) -> str | None:
        if letter == "{":
            self._state = self._between
        elif not letter.isspace():
            self._break()
        return None

    def _between(self, letter: str) -> str | None:
        if letter == '"':
            self._key, self._state = "", self._naming
        elif letter == "}":
            self.is_whole, self._state = True, self._after
        elif not (letter.isspace() or letter == ","):
            self._break()
        return None

    def _naming(self, letter: str) -> str | None:
        decoded = self._decoded(letter)
        if decoded == "":
            self._member, self._state = self._key, self._colon
        else:
            self._key += decoded or ""
        return None

    def _colon(self, letter: str) -> str | None:
        if letter == ":":
            self._state = self._value
        elif not letter.isspace():
            self._break()
        return None

    def _value(self, letter: str) -> str | None:
        if letter == '"':
            self._state = self._text
        elif not letter.isspace():
            self._depth, self._in_text, self._state = 0, False, self._passing
            return self._passing(letter)
        return None

    def _text(self, letter: str) -> str | None:
        decoded = self._decoded(letter)
        if decoded == "":
            self._state = self._between
        return decoded

    def _passing(self, letter: str) -> str | None:
        """Over a number, a literal, a list or an object."""
        if self._in_text:
            self._in_text = self._decoded(letter) != ""
        elif letter == '"':
            self._in_text = True
        elif letter in "[{":
            self._depth += 1
        elif letter in "]}" and self._depth:
            self._depth -= 1
        elif letter in ",}" and not self._depth:
            self._state = self._between
            return self._between(letter)
        return None

    def _after(self, letter: str) -> str | None:
        return None

    def _break(self) -> None:
        self.is_broken, self._state = True, self._after

    def _decoded(self, letter: str) -> str | None:
        """A character of a string, None while an escape is not over, "" at the closing quote."""
        if self._escape:
            return self._escaped(self._escape + letter)
        if letter == "\\":
            self._escape = letter
            return None
        lone, self._surrogate = self._surrogate and "\ufffd", ""
        return "" if letter == '"' else lone + letter

    def _escaped(self, so_far: str) -> str | None:
        kind, digits = so_far[1], so_far[2:]
        if kind == "u" and len(digits) < 4:
            self._escape = so_far
            return None
        self._escape = ""
        if kind != "u":
            lone, self._surrogate = self._surrogate and "\ufffd", ""
            return lone + _ESCAPES.get(kind, kind)
        try:
            return self._joined(int(digits, 16))
        except ValueError:
            return so_far

    def _joined(self, code: int) -> str | None:
        """A character; None for the first half of a pair of surrogates, which waits for the second."""
        first, self._surrogate = self._surrogate, ""
        if 0xDC00 <= code <= 0xDFFF:
            return chr(0x10000 + ((ord(first) - 0xD800) << 10) + code - 0xDC00) if first else "\ufffd"
        lone = "\ufffd" if first else ""
        if 0xD800 <= code <= 0xDBFF:
            self._surrogate = chr(code)
            return lone or None
        return lone + chr(code)


def _piece(member: str, said: list[str]) -> Iterator[Piece]:
    if said:
        yield Piece(member, "".join(said))
