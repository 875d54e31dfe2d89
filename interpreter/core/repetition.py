"""Whether a reply has begun to repeat itself for ever, as small models do at temperature 0."""

LENGTH = 2_000
"""Characters that must be one unit over and over: about 500 tokens."""

PERIOD = 250
"""The longest unit; so it stands there eight times at least."""

_EVERY = 256
_PROBE = 32


class Repetition:
    """Reads a text as it comes; where it is looked at does not depend on how it is cut."""

    def __init__(self) -> None:
        self._tail = ""
        self._unread = _EVERY
        self.period = 0

    def feed(self, text: str) -> int:
        """Read on; returns how many of these characters came before the repetition was certain, or all."""
        done = 0
        while self.period == 0 and done < len(text):
            piece = text[done : done + self._unread]
            done += len(piece)
            self._unread -= len(piece)
            self._tail = (self._tail + piece)[-LENGTH:]
            if self._unread == 0:
                self._unread = _EVERY
                self.period = _period(self._tail) if len(self._tail) == LENGTH else 0
        return done


def without_repetition(text: str, period: int) -> str:
    """A text that ends in repetitions, with one of them left and a mark for the others."""
    start = len(text) - period
    while start > 0 and text[start - 1] == text[start - 1 + period]:
        start -= 1
    return f"{text[: start + period].rstrip()} […]"


def _period(text: str) -> int:
    """The length of the unit that a text consists of, if it is short; 0 where there is none."""
    probe = text[-_PROBE:]
    end = len(text) - 1
    while (at := text.rfind(probe, 0, end)) >= 0 and (period := len(text) - _PROBE - at) <= PERIOD:
        if text[period:] == text[:-period]:
            return period
        end = at + _PROBE - 1
    return 0
