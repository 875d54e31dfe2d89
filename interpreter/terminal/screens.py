"""Which screen a run is shown on."""

import os
import shutil
import sys

from interpreter.settings import Settings
from interpreter.terminal.colours import can_draw, coloured
from interpreter.terminal.footer import Footer
from interpreter.terminal.front import Shows
from interpreter.terminal.json_screen import JsonScreen
from interpreter.terminal.pictures import Draw, PictureLine
from interpreter.terminal.plain_screen import PlainScreen


def draws(settings: Settings) -> bool:
    """Whether there is a terminal that can be drawn on, and nobody asked for less."""
    return not (settings.json or settings.plain) and sys.stdout.isatty() and can_draw(os.environ)


def screen_for(
    settings: Settings, picture_line: PictureLine, draw_picture: Draw, footer: Footer | None, *, chats: bool
) -> Shows:
    """The screen that fits what is wanted, and what stdout is."""
    if settings.json:
        return JsonScreen(sys.stdout)
    colours = coloured(os.environ, is_terminal=sys.stdout.isatty())
    if not draws(settings):
        return PlainScreen(sys.stdout, sys.stderr, picture_line, colours=colours and not settings.plain)
    from interpreter.terminal.screen import Screen

    return Screen(
        footer or sys.stdout,
        colours=colours,
        width=lambda: shutil.get_terminal_size().columns,
        # What runs without a question cannot be unfolded at one.
        height=lambda: 0 if settings.auto_run else shutil.get_terminal_size().lines,
        picture_line=picture_line,
        draw_picture=draw_picture,
        chats=chats,
    )
