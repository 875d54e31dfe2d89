"""What stands out in code: kinds of things that a reader should not miss, each with the words that show them."""

import os.path
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "deletes files",
    "deletes data",
    "runs as root",
    "reads secrets",
    "writes outside the folder",
    "network",
    "shell",
    "runs text as code",
    "too long to look at all of it",
]

KINDS: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]
"""In the order in which they are told."""

_SECRET = re.compile(
    r"""(?:^|[/\\=@:]) (?: \.ssh | \.gnupg | \.netrc | \.pypirc | \.git-credentials | \.npmrc | \.env(?:\.\w+)?
        | id_(?:rsa|dsa|ecdsa|ed25519) | \.aws[/\\]credentials | \.kube[/\\]config | \.docker[/\\]config\.json )
        (?: $ | [/\\] ) | ^/etc/shadow$ | \.pem$""",
    re.VERBOSE,
)
_SECRET_NAME = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD)$", re.IGNORECASE)
_DROPS = re.compile(
    r"\b(drop\s{1,20}(?:table|database|schema|view)|truncate\s{1,20}table|delete\s{1,20}from)\b", re.IGNORECASE
)
_NOWHERE = re.compile(r"/dev/(?:null|stdout|stderr|tty|fd/\d+)")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that stands out, and the word of the code that shows it."""

    kind: Kind
    word: str


def is_secret(path: str) -> bool:
    """Whether this is where people keep keys and passwords."""
    return len(path) < 500 and not re.search(r"\s", path) and bool(_SECRET.search(path))


def is_secret_name(name: str) -> bool:
    """Whether a variable of the environment with this name usually holds a secret."""
    return bool(_SECRET_NAME.search(name))


def dropped(sql: str) -> Iterator[Finding]:
    """What a text in SQL deletes."""
    for match in _DROPS.finditer(sql):
        yield Finding("deletes data", " ".join(match[1].upper().split()))


def written(path: str, folder: str) -> Iterator[Finding]:
    """That a path which is written to lies outside the folder, if it does; nothing is looked up on the disk."""
    if not path or "://" in path or _NOWHERE.fullmatch(path) or path.startswith(("$", "-", "&")):
        return
    whole = os.path.normpath(os.path.join(folder or "/nowhere", os.path.expanduser(path)))  # noqa: PTH111, PTH118
    inside = os.path.normpath(folder or "/nowhere")
    if whole != inside and not whole.startswith(inside.rstrip(os.sep) + os.sep):
        yield Finding("writes outside the folder", path)


def told(findings: Iterable[Finding], words: int = 3) -> tuple[str, ...]:
    """One phrase a kind: `network (requests, curl)`, with at most so many words."""
    found: dict[Kind, list[str]] = {}
    for finding in findings:
        known = found.setdefault(finding.kind, [])
        if finding.word and finding.word not in known:
            known.append(finding.word)
    return tuple(_phrase(kind, found[kind], words) for kind in KINDS if kind in found)


def _phrase(kind: Kind, named: list[str], words: int) -> str:
    shown = [word if len(word) <= 40 else f"{word[:39]}…" for word in named[:words]]
    return f"{kind} ({', '.join(shown + ['…'] * (len(named) > words))})" if shown else kind
