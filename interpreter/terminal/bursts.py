"""Lines that come at once, told from those that are typed one after the other."""

import time
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.keys import Keys

BURST_SECONDS = 0.05
"""Within which the last line's end follows the one before it, where lines are pasted and not typed."""
AHEAD_SECONDS = 1.0
"""Within which a prompt has read what was typed before it was there."""

_TEXT = (Keys.ControlM, Keys.ControlJ, Keys.ControlI)


class Bursts:
    """Where the terminal does not mark what is pasted, a line's end with more text right behind it is no Enter."""

    def __init__(self) -> None:
        self._last = self._began = 0.0

    def begin(self) -> None:
        """The prompt is there."""
        self._began = time.monotonic()

    def end_of_keys(self) -> None:
        """Everything that has been typed so far has been read."""
        self._began = 0.0

    @property
    def is_typed_ahead(self) -> bool:
        """Whether what is being read was typed before the prompt was there."""
        return time.monotonic() - self._began < AHEAD_SECONDS

    def goes_on(self, app: Application[Any]) -> bool:
        """Whether the Enter that is being handled stands within lines that came at once, or at their end."""
        processor, now = app.key_processor, time.monotonic()
        processor.feed_multiple(app.input.read_keys())
        following = next((press.key for press in processor.input_queue), None)
        if _is_text(following) or now - self._last < BURST_SECONDS:
            self._last = now
            return True
        return False


def _is_text(key: Keys | str | None) -> bool:
    return key in _TEXT or (isinstance(key, str) and not isinstance(key, Keys))
