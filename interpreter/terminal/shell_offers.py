"""What continues a shell command: programs where one begins, files elsewhere."""

import os
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from interpreter.core.visible import hidden_in, visible_code
from interpreter.terminal.file_offers import file_offers
from interpreter.terminal.offers import MOST, Offer

BUILTINS = ("alias", "cd", "echo", "export", "history", "pwd", "set", "source", "type", "umask", "unalias", "unset")
_WORD = re.compile(r"""(?:\\.|[^\s\\'"|&;()<>`$=]|"(?:\\.|[^"\\])*(?:"|$)|'[^']*(?:'|$))*$""", re.DOTALL)
_PIECE = re.compile(r"""\\(.)|"((?:\\.|[^"\\])*)"?|'([^']*)'?|([^\\'"]+)""", re.DOTALL)
_COMMAND_COMES = re.compile(r"(?:^|[|&;(!\n]|\b(?:then|do|else|sudo|time|exec|xargs)\s)\s*$")


def shell_offers(command: str, folder: Path, environ: Mapping[str, str]) -> Iterator[Offer]:
    """What may continue a command that has been begun."""
    match = _WORD.search(command)
    assert match is not None
    word = match.group()
    name = _plain(word)
    if "/" not in name and _COMMAND_COMES.search(command[: match.start()]):
        yield from _programs(name, len(word), environ)
    else:
        yield from file_offers(name, folder, len(word), _quoted)


def _programs(begun: str, replaces: int, environ: Mapping[str, str]) -> Iterator[Offer]:
    found = {name for name in BUILTINS if name.startswith(begun)}
    for place in dict.fromkeys(environ.get("PATH", "").split(os.pathsep)):
        try:
            with os.scandir(place or ".") as entries:
                found |= {
                    each.name for each in entries if each.name.startswith(begun) and os.access(each.path, os.X_OK)
                }
        except OSError:
            continue
    for name in sorted(found)[:MOST]:
        yield Offer(_quoted(name), replaces, shown=visible_code(name))


def _plain(word: str) -> str:
    """What the shell makes of a word; a quotation may be open yet."""
    return "".join(
        plain or single or re.sub(r"\\(.)", r"\1", double or "") or escaped or ""
        for escaped, double, single, plain in _PIECE.findall(word)
    )


def _quoted(name: str) -> str:
    """The name as a word of the shell; what is hidden in it stands there by its numbers."""
    if hidden_in(name.replace(" ", "")):
        letters = "".join(_numbers(each) if hidden_in(each) and each != " " else _escaped(each) for each in name)
        return f"$'{letters}'"
    if name.startswith("~/"):
        return f"~/{shlex.quote(name[2:])}" if name[2:] else name
    return shlex.quote(name)


def _numbers(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in os.fsencode(character))


def _escaped(character: str) -> str:
    return f"\\{character}" if character in "\\'" else character
