"""What a terminal sends, made into keys; however the bytes are cut, the keys are the same."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Name: TypeAlias = Literal[
    "text", "paste", "enter", "new line", "escape", "up", "backspace", "erase line", "erase word", "glance"
]

ESCAPE = "\x1b"
PASTE_BEGINS, PASTE_ENDS = "\x1b[200~", "\x1b[201~"
LONGEST_PASTE = 1_000_000
"""Characters; what is longer is passed on in pieces."""

_NAMES: dict[str, Name] = {
    "\r": "enter",
    "\n": "enter",
    "\x7f": "backspace",
    "\b": "backspace",
    "\x15": "erase line",
    "\x17": "erase word",
    "\x14": "glance",
    "\x1b\r": "new line",
    "\x1b\n": "new line",
    "\x1b\x7f": "erase word",
    "\x1b[A": "up",
    "\x1bOA": "up",
}
_PIECE = re.compile(
    r"""[^\x00-\x1f\x7f-\x9f]+                # what is printed
    | \x1b \[ [0-?]* [ -/]* [@-~]             # a key with a name, such as an arrow
    | \x1b O [ -~]
    | \x1b \[ [0-?]* [ -/]* [^ -~]            # a sequence that something else breaks off
    | \x1b (?= \x1b )                         # Esc, and whatever follows
    | \x1b [^\[O\x1b]                         # a key pressed with Alt
    | [\x00-\x1a\x1c-\x1f\x7f-\x9f]""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Key:
    """One key, or text that was typed or pasted."""

    name: Name
    text: str = ""


class KeyDecoder:
    """Takes bytes as they come; keys that mean nothing here are left out."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._in_paste = False

    @property
    def is_undecided(self) -> bool:
        """Whether an Esc has come that may be a key, or the beginning of another."""
        return self._rest.startswith(ESCAPE) and not self._in_paste

    def feed(self, data: bytes) -> list[Key]:
        """The keys that are complete now."""
        self._rest += self._decoder.decode(data)
        return list(self._keys())

    def settle(self) -> list[Key]:
        """Nothing has followed for a while: a lone Esc was the key, and a sequence that broke off is none."""
        if not self.is_undecided:
            return []
        rest, self._rest = self._rest, ""
        return [Key("escape")] if rest == ESCAPE else []

    def _keys(self) -> Iterator[Key]:
        while True:
            if self._in_paste:
                yield from self._pasted()
                if self._in_paste:
                    return
            if (piece := _PIECE.match(self._rest)) is None:
                return
            self._rest = self._rest[piece.end() :]
            if piece[0] == PASTE_BEGINS:
                self._in_paste = True
            elif name := _NAMES.get(piece[0]):
                yield Key(name)
            elif piece[0] == ESCAPE:
                yield Key("escape")
            elif piece[0][0] >= " " and piece[0] != "\x7f" and not "\x7f" < piece[0] < "\xa0":
                yield Key("text", piece[0])

    def _pasted(self) -> Iterator[Key]:
        text, end, rest = self._rest.partition(PASTE_ENDS)
        if not end:
            if len(text) < LONGEST_PASTE:
                return
            # The mark of the end may have come in part.
            text, rest = text[: -len(PASTE_ENDS)], text[-len(PASTE_ENDS) :]
        self._in_paste, self._rest = not end, rest
        yield Key("paste", text.replace("\r\n", "\n").replace("\r", "\n"))
