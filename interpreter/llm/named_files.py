"""What a small model is told of the files that an instruction names, when its guess at their form has failed."""

import codecs
import re
import stat
from dataclasses import replace
from itertools import islice
from pathlib import Path

from interpreter.core.feedback import FILES
from interpreter.core.messages import Instruction
from interpreter.llm.sqlite_tables import DATABASE, tables

FIRST, LINES = 240, 5
"""Characters and lines of a file that are told: about 80 tokens, read in a second."""

MOST = 3
"""Files and folders that are told of, and `NAMES` those of a folder: two cores read 50 to 100 tokens a second."""
NAMES = 12

_HOW = {
    ".csv": "csv.DictReader gives its values as text: convert them with int() or float()",
    ".jsonl": "one JSON object a line: json.loads(line) for each",
    ".json": "json.load",
}
"""How Python reads a kind of file, and where a small model goes wrong with it."""

_READ = 4096
_ENTRIES = 1_000
_NAME = re.compile(r"[\w.~+@%/\\-]*\w")
_FILE_NAME = re.compile(r"(?<!\w)[\w-]+\.[A-Za-z]\w{0,5}(?!\w)")


class NamedFiles:
    """Looks once for each instruction; `folder` is the one that code runs in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told: dict[tuple[int, Instruction], Instruction] = {}

    def told(self, position: int, instruction: Instruction) -> Instruction:
        """The instruction at this place of the conversation, and what was found when it was first told."""
        key = (position, instruction)
        if key not in self._told:
            found = "".join(f"{lines}\n\n" for lines in beginnings(self._folder, instruction.text))
            self._told[key] = replace(instruction, text=f"{instruction.text}{FILES}{found}") if found else instruction
        return self._told[key]

    def spelled(self, name: str) -> str | None:
        """The name of the one file that differs from this one, which is not there, only in case, blanks and hyphens."""
        path = Path(name)
        if ".." in path.parts:
            return None
        try:
            entries = [entry.name for entry in islice((self._folder / path).parent.iterdir(), _ENTRIES)]
        except OSError:
            return None
        alike = [entry for entry in entries if _key(entry) == _key(path.name)]
        return str(path.with_name(alike[0])) if len(alike) == 1 and alike[0] != path.name else None

    def first_line(self, name: str) -> str:
        """What a text file of the folder, or below, begins with; empty where there is none."""
        path = self._folder / name
        try:
            if ".." in Path(name).parts or not stat.S_ISREG(path.stat().st_mode):
                return ""
            with path.open("rb") as file:
                start = file.read(_READ)
        except (OSError, ValueError):
            return ""
        return "" if b"\0" in start else _decoded(start)[0].partition("\n")[0].strip()


def _key(name: str) -> str:
    return re.sub(r"[ _-]", "", name).casefold()


def beginnings(folder: Path, text: str) -> list[str]:
    """A few lines on each file and folder of `folder` that a text names; where a file is missing, on what is there."""
    try:
        entries = sorted(entry.name for entry in folder.iterdir())[:_ENTRIES]
    except OSError:
        return []
    by_name = {entry.lower(): entry for entry in entries}
    named: dict[str, str] = {}
    is_missing = False
    for word in _NAME.findall(text):
        first, *rest = word.replace("\\", "/").removeprefix("./").rstrip("/").split("/")
        entry = by_name.get(first.lower())
        if entry is not None and ".." not in rest and (folder / "/".join([entry, *rest])).exists():
            other = f"The name is {entry}, not {first}.\n" if entry != first else ""
            named["/".join([entry, *rest])] = other
        elif _FILE_NAME.fullmatch(word):
            is_missing = True
    told = [f"{other}{lines}" for name, other in list(named.items())[:MOST] if (lines := _told(folder / name, name))]
    if is_missing and not named and entries:
        told.append(f"The folder has: {_names(entries)}")
    return told


def _told(path: Path, name: str) -> str:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return f"The folder {name} has: {_names(sorted(entry.name for entry in path.iterdir()))}"
        return _beginning(path, name) if stat.S_ISREG(mode) else ""
    except OSError:
        return ""


def _beginning(path: Path, name: str) -> str:
    with path.open("rb") as file:
        start = file.read(_READ)
    if start.startswith(DATABASE):
        return tables(path, name)
    if b"\0" in start:
        return f"{name} is not a text file."
    if not start:
        return f"{name} is empty."
    text, encoding = _decoded(start)
    how = _HOW.get(path.suffix.lower(), "")
    known = "; ".join(part for part in (encoding, how) if part)
    return f"First lines of the file {name}{f' ({known})' if known else ''}:\n{_head(text)}"


def _decoded(start: bytes) -> tuple[str, str]:
    """The text, and how to read it where it is not UTF-8; a character cut at the end is left out."""
    try:
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        return decoder.decode(start, final=len(start) < _READ), ""
    except UnicodeDecodeError:
        return start.decode("latin-1"), "encoding='latin-1'"


def _head(text: str) -> str:
    """The first whole lines of a text, of a first line that is too long its beginning, and a mark for what follows."""
    shown = text[:FIRST]
    if len(text) > FIRST and "\n" in shown:
        shown = shown[: shown.rfind("\n")]
    shown = "\n".join(shown.split("\n")[:LINES]).rstrip()
    return shown if shown == text.rstrip() else f"{shown}\n…"


def _names(names: list[str]) -> str:
    more = len(names) - NAMES
    return ", ".join(names[:NAMES]) + (f" and {more} more" if more > 0 else "")
