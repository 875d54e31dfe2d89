"""Which files an undo brings back: shown, and asked about."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from interpreter.core.visible import visible

if TYPE_CHECKING:
    from interpreter.session_in_use import Held, Undoing
    from interpreter.terminal.front import Front

NAMES = 12
"""Files of a kind that are named."""


def ask_for_files(front: "Front", undoing: "Undoing") -> "dict[str, Held]":
    """The files that the user wants back, each with what it is to hold; none where nobody can be asked."""
    tty, token = front.tty, front.assembled.agent.token
    if tty is None or not front.asks:
        return {}
    prompt = "\n".join([*_lines(undoing), _choices(undoing)])
    key = (tty.key(visible(prompt), lambda: token.is_set) or "").strip().lower()[:1]
    everything = undoing.clean | undoing.touched
    match key:
        case "a" if undoing.touched:
            tty.write("all\n")
            return everything
        case "y" if undoing.clean:
            tty.write("yes\n")
            return undoing.clean
        case _:
            tty.write("no\n")
            return {}


def _lines(undoing: "Undoing") -> Iterable[str]:
    restored = [path for path, held in undoing.clean.items() if held is not None]
    removed = [path for path, held in undoing.clean.items() if held is None]
    if restored:
        yield f"Would be restored: {_named(restored)}"
    if removed:
        yield f"Would be removed: {_named(removed)}"
    if undoing.touched:
        yield f"Changed since by somebody else, so not without your word: {_named(list(undoing.touched))}"


def _choices(undoing: "Undoing") -> str:
    if not undoing.touched:
        return "Bring the files back? [y]es / [n]o, files stay "
    yes = "[y]es, but those / " if undoing.clean else ""
    return f"Bring the files back? {yes}[a]ll, those too / [n]o, files stay "


def _named(paths: list[str]) -> str:
    shown = ", ".join(sorted(paths)[:NAMES])
    return f"{shown} and {len(paths) - NAMES} more" if len(paths) > NAMES else shown
