"""The record of what runs, as the program that is open writes it."""

import secrets
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from interpreter.core.errors import StorageFailed
from interpreter.core.events import Event, Notice
from interpreter.core.messages import CodeBlock
from interpreter.core.ports import Ended
from interpreter.sandbox.session import SessionBox
from interpreter.storage.record import LONGEST, RecordFile

CUT = "…"
"""Ends a block that is longer than what is kept of it; the redactor knows the beginning of a secret before it."""


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is the same for many runs: the folder or machine, the box, the program, and the session at the moment."""

    folder: str
    box: SessionBox | None
    via: str
    session: Callable[[], str]

    @property
    def told(self) -> dict[str, Any]:
        """The circumstances now, as JSON values."""
        kind = self.box.kind if self.box else None
        return {
            "folder": self.folder,
            "box": kind,
            "allowed": _allowed(self.box),
            "via": self.via,
            "session": self.session(),
        }


class RecordInUse:
    """Writes down each run in `file`, None for nowhere; a file that takes no more is said once, and tried again."""

    def __init__(
        self,
        file: RecordFile | None,
        around: Circumstances,
        redact: Callable[[str], str],
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._file = file
        self._around = around
        self._redact = redact
        self._clock = clock
        self._trouble: str | None = None
        self._has_told = False

    def started(self, block: CodeBlock, by: str) -> str:
        """Write down that this block is about to run; returns the run's number."""
        run = secrets.token_hex(6)
        code = block.code if len(block.code) <= LONGEST else block.code[:LONGEST] + CUT
        self._write(
            "started",
            run,
            language=block.language,
            sha256=block.sha256,
            code=self._redact(code),
            by=by,
            **self._around.told,
        )
        return run

    def ended(self, run: str, ended: Ended, error: str) -> None:
        """Write down how it ended."""
        self._write("ended", run, status=ended.status, seconds=round(ended.seconds, 3), error=self._redact(error))

    def stay_silent(self) -> None:
        """The user knows that nothing can be kept here, and is not told again."""
        self._has_told = True

    def watched(self, events: Generator[Event, None, None]) -> Generator[Event, None, None]:
        """The same events; a notice is among them where something could not be written down."""
        with closing(events):
            for event in events:
                if self._trouble is not None and not self._has_told:
                    self._has_told = True
                    yield Notice(f"What runs is not written down from here on: {self._trouble}")
                yield event

    def _write(self, event: str, run: str, **more: Any) -> None:
        if self._file is None:
            return
        moment = self._clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        try:
            self._file.append({"at": moment, "event": event, "run": run, **more})
        except StorageFailed as error:
            self._trouble = f"{error} {error.hint}"


def _allowed(box: SessionBox | None) -> list[str]:
    """What code in the box may do beyond the working folder, as the flags that give it."""
    if box is None:
        return []
    rights = box.rights
    network = ["--network"] if rights.network else []
    read = [f"--allow-read {path}" for path in rights.read_by_user]
    return [*network, *read, *(f"--allow-write {path}" for path in rights.write)]
