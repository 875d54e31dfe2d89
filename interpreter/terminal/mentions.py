"""Files that an instruction names with `@`: how they are written, and how they are read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from interpreter.core.visible import hidden_in

_BEFORE = r"""(?:^|(?<=[\s(\[{,;:"'“«]))"""
_QUOTED = r'"(?P<quoted>(?:\\.|[^"\\])*)"'
_BARE = r"(?P<bare>(?:\\.|[^\s\\\"'`,;<>|@])(?:\\.|[^\s\\\"'`,;<>|])*)"
_MENTION = re.compile(f"{_BEFORE}@(?:{_QUOTED}|{_BARE})")
_UNFINISHED = re.compile(
    _BEFORE
    + r'@(?P<written>"(?P<open>(?:\\.|[^"\\])*)|"(?P<closed>(?:\\.|[^"\\])*/)"|(?P<bare>(?:\\.|[^\s\\"\'`,;<>|])*))$'
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_SAFE = re.compile(r"[\w./~+=%:@-]+")
_ENDS = ".,;:!?()[]{}…"
"""What may stand behind a name without being a part of it."""

_ENDINGS = (
    "avro bash bib bmp bz2 c cc cfg conf cpp css csv dat db deb diff doc docx env feather gif go gz h heic hpp htm "
    "html ini ipynb java jpeg jpg js json jsonl jsx kt lock log lua md mp3 mp4 npy npz ods odt org parquet patch "
    "pdf php pkl png ppt pptx properties ps1 py r rb rs rst rtf sav scss sh sql sqlite sqlite3 svg swift tar tex "
    "tgz tif tiff toml ts tsv tsx txt wav webp xls xlsx xml yaml yml zip zst "
)
ENDINGS = frozenset(_ENDINGS.split())
"""Endings by which a name is known to be a file's, where there is none: `@app.route` and `@pytest.fixture` are not."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as it was written, and what it may mean: with and without what stands at its end as in a sentence."""

    written: str
    names: tuple[str, ...]


def mentions(text: str) -> Iterator[Mention]:
    """What stands behind an `@`; in an e-mail address, within a word and behind a backslash it means nothing."""
    for match in _MENTION.finditer(text):
        if match["quoted"] is not None:
            name = unescaped(match["quoted"])
            if name.strip():
                yield Mention(match.group(), (name,))
            continue
        names = [unescaped(match["bare"])]
        while names[-1][-1:] and names[-1][-1] in _ENDS and len(names[-1]) > 1:
            names.append(names[-1][:-1])
        yield Mention(match.group(), tuple(names))


def unfinished(text: str) -> tuple[str, str] | None:
    """The mention at the end of a text, as it is written and the name that it means so far; None without one."""
    match = _UNFINISHED.search(text)
    if match is None:
        return None
    name = next(part for part in (match["open"], match["closed"], match["bare"]) if part is not None)
    return f"@{match['written']}", unescaped(name)


def written(name: str) -> str:
    """How a file is named behind `@`: with quotes where needed, and hidden characters by their numbers."""
    if _SAFE.fullmatch(name) and not hidden_in(name) and not name.endswith(tuple(_ENDS)):
        return f"@{name}"
    return f'@"{"".join(map(_escaped, name))}"'


def is_like_a_path(name: str) -> bool:
    """Whether a name can hardly be anything but a file's, by its ending or its beginning."""
    ending = PurePath(name).suffix[1:].lower()
    return ending in ENDINGS or name.startswith(("./", "../", "~/"))


def unescaped(text: str) -> str:
    """What a name means that has backslashes before blanks, quotes and numbers."""
    return _ESCAPE.sub(lambda match: match[3] if match[3] else _character(int(match[1] or match[2], 16)), text)


def _character(number: int) -> str:
    return chr(number) if number < 0x110000 else "\ufffd"


def _escaped(character: str) -> str:
    if character != " " and hidden_in(character):
        number = ord(character)
        return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
    return f"\\{character}" if character in '"\\' else character
