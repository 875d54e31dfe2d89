"""The text of one stream, from one output of another kind to the next, as it stands when all is resolved."""

import re
from collections import deque

from interpreter.core.messages import Stream, Text
from interpreter.core.resolver import Resolver

_GOES_BACK = re.compile(r"[\r\x08]|\x1b\[[0-?]{0,99}[A-GJK]")


class Written:
    """Takes text in pieces; what lies far back can be dropped from the front, and is counted."""

    def __init__(self, stream: Stream, left_out: int = 0) -> None:
        self.stream = stream
        self.left_out = left_out
        self._pieces: deque[str] = deque()
        self._resolver = Resolver()

    @property
    def open(self) -> str:
        """The lines that may still change."""
        return self._resolver.open

    @property
    def is_empty(self) -> bool:
        return not (self._pieces or self._resolver.open or self.left_out)

    @property
    def text(self) -> str:
        """All of it, as it is now."""
        return "".join([*self._pieces, self._resolver.open])

    def output(self, gap: int = 0) -> Text:
        """As an output, with the count of what was left out before it and, in `gap`, dropped from its front."""
        return Text(self.text, self.stream, self.left_out + gap)

    def feed(self, text: str) -> int:
        """Write more; like all that settles text, this returns how many characters of it."""
        return self._keep(self._resolver.feed(text))

    def is_gone_on_with_by(self, text: str) -> bool:
        """Whether a text that comes after another stream's is meant for the line that is open here."""
        if self._resolver.is_drawn_over and text.startswith("\n"):
            return True
        return bool(self._resolver.is_up or (self._resolver.open and _GOES_BACK.match(text)))

    def pause(self) -> int:
        """Another stream writes now: what can change later is only the last line."""
        return self._keep(self._resolver.settle_lines())

    def end(self) -> int:
        """Nothing that is here changes any more."""
        return self._keep(self._resolver.finish())

    def take_open(self, older: "Written") -> None:
        """Go on with the lines that are open in an older text, which loses them."""
        self._resolver, older._resolver = older._resolver, Resolver()

    def join(self, newer: "Written") -> int:
        """Put a newer text of the same stream behind this one."""
        settled = self.end()
        self._pieces += newer._pieces
        self._resolver = newer._resolver
        return settled

    def drop(self, most: int) -> int:
        """Drop at most so many settled characters from the front; returns how many."""
        left = most
        while left and self._pieces:
            piece = self._pieces.popleft()
            if len(piece) > left:
                self._pieces.appendleft(piece[left:])
            left = max(0, left - len(piece))
        return most - left

    def _keep(self, text: str) -> int:
        if text:
            self._pieces.append(text)
        return len(text)
