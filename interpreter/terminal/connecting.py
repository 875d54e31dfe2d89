"""What is connected before the first instruction: terminal, screen, kernels, model, and who is asked."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path

from interpreter.assembly import Assembled, assemble
from interpreter.choosing.here import Here
from interpreter.choosing.order import find_model
from interpreter.console.board import Board, TtyBoard
from interpreter.console.people import TerminalApprover, TerminalAsker
from interpreter.console.question import Explain
from interpreter.console.sentences import tell
from interpreter.console.tty import Tty, open_tty
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import StorageFailed
from interpreter.core.explanation import Explanation
from interpreter.core.messages import CodeBlock
from interpreter.core.policy import Nobody
from interpreter.core.visible import visible
from interpreter.models import Progress
from interpreter.places import kernel_server, working_folder
from interpreter.settings import Settings
from interpreter.storage.key_store import keyring_trouble, with_stored_keys
from interpreter.storage.last_model import last_model
from interpreter.storage.paths import find_paths
from interpreter.storage.trust import Trust
from interpreter.terminal.bell import Bell, bell_of
from interpreter.terminal.colours import coloured
from interpreter.terminal.elsewhere import tell_where, unasked
from interpreter.terminal.explaining import Explained
from interpreter.terminal.footer import Footer
from interpreter.terminal.front import Front, Shows
from interpreter.terminal.graphics.here import drawing_here
from interpreter.terminal.pictures import Pictures, not_kept
from interpreter.terminal.progress import show_progress
from interpreter.terminal.python import python_for
from interpreter.terminal.screens import draws, screen_for
from interpreter.terminal.signals import defers_ctrl_c, leave_in_peace, leave_on_termination
from interpreter.terminal.tally import Tally
from interpreter.terminal.trust import ask_for_trust


@contextmanager
def connected(settings: Settings, *, chats: bool, warms: bool, readable: tuple[Path, ...] = ()) -> Iterator[Front]:
    """A front end with all that it needs, until the end; raises InterpreterError for what keeps it from starting.

    `readable` is what code in a box is told of and must be able to read.
    """
    token = CancelToken()
    leave_on_termination(lambda: token.cancel(kill=True))
    tty = None if settings.json else open_tty()
    bell = bell_of(settings, tty)
    paths = find_paths(os.environ)
    last_used = last_model(paths) if chats else None
    if trouble := keyring_trouble(os.environ, paths):
        tell(trouble)
    # Before any question: whoever has no model is told so at once.
    find_model(settings, Here(with_stored_keys(os.environ, paths), paths.models), last_used)
    picture_line = not_kept if settings.private else Pictures(paths.data / "pictures").line
    footer = Footer(sys.stdout) if draws(settings) and coloured(os.environ, is_terminal=True) else None
    drawing = drawing_here(settings.graphics, None if chats else tty)
    screen = screen_for(settings, picture_line, drawing, footer, chats=chats)
    server = kernel_server(settings, os.environ, TerminalAsker(tty, token) if tty else None)
    if server is not None:
        tell_where(server, auto_run=settings.auto_run)
    elif chats and tty is not None:
        _ask_for_trust(Trust(paths.data / "trusted.json"), working_folder(settings), tty)
    # Somebody who sits there, and wants to be asked.
    where = server or python_for(settings, tty if chats and not settings.auto_run else None)
    pages: list[Path] = []
    with ExitStack() as leaving:
        with defers_ctrl_c() as let_through:
            assembled = assemble(
                settings,
                os.environ,
                # Asked long after the model is there.
                approver=_approver(tty, token, screen, lambda block: _explain(assembled, block, footer), bell)
                if tty
                else Nobody(),
                asker=TerminalAsker(tty, token, bell.ask) if tty and (chats or not settings.auto_run) else None,
                token=token,
                where=where,
                last_used=last_used,
                show_page=pages.append,
                readable=readable,
                ask=_yes_or_no(tty, token, bell, footer) if tty and (chats or not settings.auto_run) else None,
                progress=_breakable(show_progress(sys.stderr), let_through),
            )
            leaving.callback(assembled.close)
            leaving.callback(leave_in_peace)
            if settings.auto_run and server is None:
                tell(unasked(assembled))
            if warms:
                assembled.warm()
        for note in assembled.notes:
            tell(note)
        if assembled.model.said:
            tell(assembled.model.said)
        tally = Tally(price=assembled.model.cost)
        yield Front(assembled, screen, pages, tty, settings.verbose, footer, chats, tally, bell)


def _explain(assembled: Assembled, block: CodeBlock, footer: Footer | None) -> Explanation:
    return Explained(assembled, block, footer) if footer else assembled.explain(block)


def _breakable(progress: Progress, let_through: Callable[[], None]) -> Progress:
    def advance(done: int, total: int) -> None:
        let_through()
        progress(done, total)

    return advance


def _approver(tty: Tty, token: CancelToken, screen: Shows, explain: Explain, bell: Bell) -> TerminalApprover:
    if sys.stdout.isatty() and isinstance(screen, Board):
        return TerminalApprover(tty, token, screen, explain=explain, wanted=bell.ask)
    # What went to a pipe or a file has not been seen by whoever is asked.
    return TerminalApprover(tty, token, TtyBoard(tty), shows_first=True, explain=explain, wanted=bell.ask)


def _yes_or_no(tty: Tty, token: CancelToken, bell: Bell, footer: Footer | None) -> Callable[[str], bool]:
    """Asks a question to which only a key pressed after it says yes."""

    def ask(question: str) -> bool:
        bell.ask()
        with footer.hidden() if footer else nullcontext():
            key = (tty.key(f"{visible(question)} [y]es / [n]o ", lambda: token.is_set) or "").strip().lower()
            tty.write("yes\n" if key == "y" else "no\n")
        return key == "y"

    return ask


def _ask_for_trust(trust: Trust, folder: Path, tty: Tty) -> None:
    try:
        ask_for_trust(trust, folder, tty)
    except StorageFailed as error:
        tell(f"The answer is not kept, so the folder is not trusted: {error}")
