"""What a person is told before code runs on another machine than this one, or without being asked."""

from interpreter.console.sentences import tell
from interpreter.kernels.environments import Python
from interpreter.kernels.server_address import ServerAddress

UNBOXED = "Auto-run: code runs as you, on this machine, without asking and without a box."

WHERE = "Code runs on {place}, in its folder and on its files{how}."
OPEN = "Careful: {host} is reached over http, so code, output and token travel unencrypted."


def tell_where(server: ServerAddress, *, auto_run: bool) -> None:
    """Say on stderr where code runs, and whether others can read it on its way."""
    lines = [unasked(server) if auto_run else WHERE.format(place=server.place, how="")]
    if server.is_open_to_others:
        lines.append(OPEN.format(host=server.host))
    tell("\n".join(lines))


def unasked(where: Python | ServerAddress) -> str:
    """What it means that code runs without asking."""
    return UNBOXED if isinstance(where, Python) else WHERE.format(place=where.place, how=", without asking")
