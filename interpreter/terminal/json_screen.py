"""Events as JSON, one a line: for programs that read the program."""

import json
from collections.abc import Sequence
from typing import TextIO

from interpreter.core.events import Event, as_record


class JsonScreen:
    """Writes every event as one line of JSON; lone surrogates are escaped, so that each line is valid UTF-8."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def show(self, event: Event) -> None:
        """Write one event."""
        self._out.write(json.dumps(as_record(event), default=str) + "\n")
        self._out.flush()

    def show_turn(self, parts: Sequence[str]) -> bool:
        """Nothing: the events tell it."""
        return False

    def show_glance(self, lines: Sequence[str]) -> None:
        """Nothing: no key is listened to."""
