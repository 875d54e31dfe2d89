"""`interpreter sessions show`: a conversation as it was on the terminal."""

import time
from argparse import Namespace
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from interpreter.core.messages import Image
from interpreter.core.visible import visible
from interpreter.terminal.ages import ago
from interpreter.terminal.graphics.here import drawing_here
from interpreter.terminal.heading import short
from interpreter.terminal.replay import replay
from interpreter.terminal.screens import screen_for
from interpreter.terminal.subcommands.session_store import found_sessions, found_settings

if TYPE_CHECKING:
    from interpreter.console.board import Board
    from interpreter.storage.sessions.session_reader import SessionReader


def show(given: Namespace) -> int:
    """Show a session, which may be open elsewhere."""
    settings = found_settings()
    with found_sessions().read(given.session) as session:

        def line(image: Image) -> str:
            return f"[picture: {session.picture_file(image)}]"

        # Nobody is asked about the code, so none of it is folded.
        wanted = replace(settings, auto_run=True, json=False, plain=settings.plain or given.plain)
        screen = screen_for(wanted, line, drawing_here(settings.graphics, None), None, chats=False)
        board = cast("Board", screen)
        board.note(_title(session))
        replay([message for _, message in session.path()], screen, board)
        for each in session.unfinished():
            board.note("This block was about to run, and may have run:")
            board.show_block(each.block)
    return 0


def _title(session: "SessionReader") -> str:
    about, summary = session.about(), session.summary()
    when = ago(summary.changed, time.time())
    parts = (about.get("title", ""), session.name, when, short(about.get("folder", "")), about.get("model", ""))
    return visible(" · ".join(part for part in parts if part))
