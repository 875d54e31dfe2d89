"""What a person is told before code runs on another machine than this one."""

import sys

from interpreter.core.visible import visible
from interpreter.kernels.server_address import ServerAddress

WHERE = "Code runs on {place}, in its folder and on its files{how}."
OPEN = "Careful: {host} is reached over http, so code, output and token travel unencrypted."


def tell_where(server: ServerAddress, *, auto_run: bool) -> None:
    """Say on stderr where code runs, and whether others can read it on its way."""
    lines = [WHERE.format(place=server.place, how=", without asking" if auto_run else "")]
    if server.is_open_to_others:
        lines.append(OPEN.format(host=server.host))
    print(visible("\n".join(lines)), file=sys.stderr, flush=True)
