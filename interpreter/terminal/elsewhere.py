"""What a person is told before code runs on another machine than this one, or without being asked."""

from interpreter.assembly import Assembled
from interpreter.console.sentences import tell
from interpreter.kernels.server_address import ServerAddress
from interpreter.sandbox.session import in_words

UNBOXED = "Auto-run: code runs as you, on this machine, without asking and without a box."
BOXED = "Auto-run: code runs without asking, {box}."

WHERE = "Code runs on {place}, in its folder and on its files{how}."
UNASKED = ", without asking and without a box of ours"
OPEN = "Careful: {host} is reached over http, so code, output and token travel unencrypted."


def tell_where(server: ServerAddress, *, auto_run: bool) -> None:
    """Say on stderr where code runs, and whether others can read it on its way."""
    lines = [WHERE.format(place=server.place, how=UNASKED if auto_run else "")]
    if server.is_open_to_others:
        lines.append(OPEN.format(host=server.host))
    tell("\n".join(lines))


def unasked(at: Assembled) -> str:
    """What it means that code runs without asking."""
    if isinstance(at.where, ServerAddress):
        return WHERE.format(place=at.where.place, how=UNASKED)
    return UNBOXED if at.box is None else BOXED.format(box=in_words(at.box.kind, at.box.rights))
