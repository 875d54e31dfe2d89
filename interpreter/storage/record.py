"""The record of what ran: a private file that only grows, a line before each run and one after it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from interpreter.core.errors import StorageFailed
from interpreter.storage.appended_file import append_whole, opened_to_append
from interpreter.storage.paths import private_folder

FULL = 16 << 20
"""Bytes at which a file is put aside for a new one: thousands of runs."""
LONGEST = 16_384
"""Characters of a block that are kept; its SHA-256 is that of all of it."""


BEGINNING = ("at", "language", "sha256", "code", "folder", "by", "via", "session")
"""What the first line of a run tells in words."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One run: its block, when it began (ISO 8601, UTC), where, by whose leave, in which box, and how it ended.

    `code` is the block without known secrets, cut where it is long; `sha256` is that of the bytes that ran. `folder` is
    the working folder, or the name of the machine that it ran on; `box` is the kind, None for none, and `allowed` what
    it let code do beyond the folder. `via` is the program that had it run: `terminal` or `python`. `status` is None as
    long as no end is known: it runs, or the program ended before it did.
    """

    run: str
    at: str
    language: str
    sha256: str
    code: str
    folder: str
    by: str
    box: str | None = None
    allowed: tuple[str, ...] = ()
    via: str = ""
    session: str = ""
    status: str | None = None
    seconds: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class RecordFile:
    """The record at a path, and beside it the one before, which is overwritten when the next one is full."""

    path: Path

    @property
    def before(self) -> Path:
        """The file that was put aside last."""
        return self.path.with_name(f"{self.path.stem}.1{self.path.suffix}")

    def append(self, line: Mapping[str, Any]) -> None:
        """Add a line, whole or not at all; raises StorageFailed."""
        data = json.dumps(line).encode() + b"\n"
        private_folder(self.path.parent)
        try:
            with opened_to_append(self.path) as file:
                if append_whole(file, data) > FULL:
                    self.path.replace(self.before)
        except OSError as error:
            raise _unusable(self.path, error) from error

    def runs(self) -> tuple[list[Ran], int]:
        """All runs, the oldest first, and the number of lines that are none; raises StorageFailed."""
        runs: dict[str, Ran] = {}
        damaged = 0
        for path in (self.before, self.path):
            for line in _lines(path):
                try:
                    _take(json.loads(line), runs)
                except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                    damaged += 1
        return list(runs.values()), damaged


def _take(line: dict[str, Any], runs: dict[str, Ran]) -> None:
    """Add what a line tells; raises ValueError, KeyError or TypeError for one that tells nothing."""
    run = str(line["run"])
    match line["event"]:
        case "started":
            text = {name: str(line[name]) for name in BEGINNING}
            runs[run] = Ran(
                run,
                text["at"],
                text["language"],
                text["sha256"],
                text["code"],
                text["folder"],
                text["by"],
                None if line["box"] is None else str(line["box"]),
                tuple(str(each) for each in line["allowed"]),
                text["via"],
                text["session"],
            )
        case "ended":
            status, seconds, error = str(line["status"]), float(line["seconds"]), str(line["error"])
            # The beginning of a run may have gone with an old file.
            with suppress(KeyError):
                runs[run] = replace(runs[run], status=status, seconds=seconds, error=error)
        case other:
            raise ValueError(other)


def _lines(path: Path) -> Iterator[bytes]:
    try:
        # A pipe or a device of this name would be waited for.
        if path.exists() and not path.is_file():
            raise OSError(22, "It is no file")
        with path.open("rb") as file:
            yield from file
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: OSError) -> StorageFailed:
    return StorageFailed(f"{path} cannot be used: {error.strerror or error}.", "Make room, mend it, or move it away.")
