"""The file in which the model's code can read what was left out of a conversation."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from interpreter.core.feedback import output_text, plain
from interpreter.core.messages import Execution, Instruction, Message, Reply

NAME = "earlier.txt"


class Earlier:
    """One file, in a folder that its owner makes and removes; only this user can read it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME
        self._count = 0

    def keep(self, messages: Sequence[Message], *, afresh: bool) -> str | None:
        """Add messages, word for word, and return the file's path; None where it cannot be written.

        With `afresh`, what it held before is of turns that were taken back, and goes.
        """
        if afresh:
            self._count = 0
            with suppress(OSError):
                self._file.unlink()
        try:
            self._file.parent.mkdir(mode=0o700, exist_ok=True)
            with os.fdopen(os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as file:
                file.write("".join(self._lines(messages)).encode("utf-8", "replace"))
        except OSError:
            return None
        return str(self._file)

    def _lines(self, messages: Sequence[Message]) -> Iterator[str]:
        for message in messages:
            self._count += 1
            yield f"=== {self._count}. {_told(message)}\n\n"


def _told(message: Message) -> str:
    match message:
        case Instruction(text):
            return f"the user said\n{text}"
        case Reply(text):
            return f"the model replied\n{text}"
        case Execution(_, status, outputs):
            in_full = f" (in full: {message.spool.path})" if message.spool else ""
            text = "\n".join(part for part in (plain(output_text(outputs)), message.note) if part)
            return f"output, {status}{in_full}\n{text}"
