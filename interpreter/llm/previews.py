"""The files that an instruction names, as a small model needs to know them: it does not look before it writes."""

import re
from dataclasses import replace
from pathlib import Path

from interpreter.core.messages import Instruction

LINES, WIDTH, FILES = 3, 120, 3
"""Lines of a file, characters of a line, files of an instruction: some 200 tokens, 2 to 4 s of reading on two cores."""

_NAME = re.compile(r"[\w./-]*\w\.\w{1,8}\b")


class Previews:
    """Adds the first lines of named files in `folder` to instructions; each instruction is looked at once.

    For models on this machine only: what a file holds goes nowhere else unasked.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[str, str] = {}

    def added_to(self, instruction: Instruction) -> Instruction:
        """The instruction with what its files begin with."""
        if instruction.text not in self._seen:
            self._seen[instruction.text] = self._preview(instruction.text)
        preview = self._seen[instruction.text]
        return replace(instruction, text=f"{instruction.text}\n\n{preview}") if preview else instruction

    def _preview(self, text: str) -> str:
        names = dict.fromkeys(_NAME.findall(text))
        found = (self._look(name) for name in names)
        return "\n\n".join([each for each in found if each][:FILES])

    def _look(self, name: str) -> str:
        path = self._folder / name
        try:
            if not path.resolve().is_relative_to(self._folder.resolve()):
                return ""
            if not path.is_file():
                path = next(each for each in path.parent.iterdir() if each.name.lower() == path.name.lower())
            real = path.relative_to(self._folder).as_posix()
            beginning = _beginning(path, real)
            return beginning if path.name == Path(name).name else f"{name} does not exist, but {real} does. {beginning}"
        except (OSError, ValueError, StopIteration):
            return ""


def _beginning(path: Path, name: str) -> str:
    with path.open("rb") as file:
        start = file.read(LINES * WIDTH * 4)
    if b"\0" in start:
        return f"{name} is a binary file."
    note = ""
    try:
        text = start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = start.decode("latin-1" if error.start < len(start) - 4 else "utf-8", "replace")
        note = " (not UTF-8: open it with encoding='latin-1')" if error.start < len(start) - 4 else ""
    lines = [line[:WIDTH] for line in text.splitlines()[:LINES]]
    return "\n".join([f"{name}{note} begins:", *lines])
