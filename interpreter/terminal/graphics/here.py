"""Pictures drawn on the terminal that this program writes to."""

import os
import sys
from functools import cache

from interpreter.console.tty import Tty
from interpreter.terminal.abilities import Protocol, chosen_protocol, has_true_colour
from interpreter.terminal.graphics.asking import shows_sixels
from interpreter.terminal.graphics.drawing import Drawing
from interpreter.terminal.graphics.window import window
from interpreter.terminal.pictures import Draw


def drawing_here(setting: str, asked: Tty | None) -> Draw:
    """Draws by the protocol of the setting `graphics`, which is found out with the first picture.

    `asked` is the terminal, where nobody is expected to type: it may be asked what it shows. In a chat somebody may
    type at any moment, and an answer would mix with the keys.
    """

    def answer() -> bool:
        if asked is None:
            return False
        # Whoever looks for Esc meanwhile would take the answer for keys.
        with asked.aside():
            return shows_sixels(asked.fileno())

    @cache
    def protocol() -> Protocol:
        return chosen_protocol(
            setting,
            os.environ,
            encoding=sys.stdout.encoding,
            shows_sixels=answer,
        )

    return Drawing(protocol, window, true_colour=has_true_colour(os.environ)).draw
