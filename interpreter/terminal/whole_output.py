"""All that a block wrote, fit for a terminal: from the file that keeps it, or from memory when it was short."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from interpreter.core.errors import WrongUsage
from interpreter.core.feedback import left_out, output_text, plain
from interpreter.core.messages import Execution, Message
from interpreter.core.visible import visible

CHUNK = 1 << 16
"""Characters that are read at once."""


def execution_at(messages: Sequence[Message], words: Sequence[str]) -> Execution:
    """The last block that ran, or the one so many before it; raises WrongUsage when there is none."""
    word = words[0] if words else "1"
    if len(words) > 1 or not (word.isdecimal() and len(word) < 9 and int(word)):
        raise WrongUsage("%output takes a number: 1 is the last block, 2 the one before it.", "Such as %output 2.")
    ran = [message for message in messages if isinstance(message, Execution) and message.status != "refused"]
    if int(word) > len(ran):
        count = {0: "No block has run yet.", 1: "Only one block has run."}.get(
            len(ran), f"Only {len(ran)} blocks have run."
        )
        raise WrongUsage(count, "Ask for something that is done with code." if not ran else "Give a smaller number.")
    return ran[-int(word)]


def whole_output(execution: Execution) -> Iterator[str]:
    """The output in pieces, with a mark where even the file has an end, and a final line end."""
    last = ""
    for piece in _pieces(execution):
        last = piece or last
        yield visible(piece)
    if last and not last.endswith("\n"):
        yield "\n"


def _pieces(execution: Execution) -> Iterator[str]:
    spool = execution.spool
    if spool is None:
        yield plain(output_text(execution.outputs))
        return
    try:
        with Path(spool.path).open(encoding="utf-8", errors="replace", newline="") as file:
            while piece := file.read(CHUNK):
                yield piece
    except OSError:
        yield plain(output_text(execution.outputs))
        return
    if spool.left_out:
        yield f"\n{left_out(spool.left_out)}\n"
