"""What comes through a pipe: the instruction, or an attachment to it."""

import os
import select
import stat
import sys
from pathlib import Path

from interpreter.core.errors import WrongUsage

PATIENCE = 2.0
"""Seconds until it is said that a pipe is waited for."""

PREVIEW = 300
"""Characters of an attachment that the model sees at once; code reads the rest from the file."""


def piped() -> bytes:
    """All of standard input when it is a pipe, a file or a socket; nothing when it is a terminal or a device."""
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return b""
    if sys.stdin is None or not (stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)):
        return b""
    if not stat.S_ISREG(mode) and not select.select([0], [], [], PATIENCE)[0]:
        print("Waiting for the end of standard input; to go on without any: < /dev/null", file=sys.stderr, flush=True)
    return sys.stdin.buffer.read()


def as_instruction(data: bytes) -> str:
    """The instruction that came through a pipe; raises WrongUsage when it is not UTF-8."""
    try:
        return data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise WrongUsage(
            f"Standard input is not UTF-8 text (byte {error.start}), so it cannot be the instruction.",
            'To work on it as data, give an instruction beside it: … | interpreter "what to do"',
        ) from error


def attach(words: str, data: bytes, folder: Path) -> str:
    """The instruction with a pointer to the data, which is kept byte for byte in a file of `folder`."""
    file = folder / "stdin"
    file.write_bytes(data)
    start = data[: 4 * PREVIEW].decode("utf-8", "replace")[:PREVIEW]
    return f"{words}\n\nThe data is in the file {file} ({len(data):,} bytes). It begins:\n{start}"
