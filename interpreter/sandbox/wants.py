"""What code in a box failed for want of, as far as what it printed tells."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, assert_never

from interpreter.sandbox.rights import PROTECTED, Rights

NO_NETWORK = re.compile(
    r"Temporary failure in name resolution|Name or service not known|Could not resolve host|Network is unreachable|"
    r"NameResolutionError|No matching distribution found|failed to lookup address information|"
    r"unable to resolve host address"
)
"""What Python, curl, pip, git, wget and Rust's programs say."""

DENIED = r"(?P<why>No such file or directory|Permission denied|Read-only file system)"
PATHS = (
    re.compile(rf"{DENIED}(?: \(os error \d+\))?[:,]? '(?P<path>/[^'\n]+)'"),
    re.compile(rf"['\u2018\"](?P<path>/[^'\u2019\"\n]+)['\u2019\"][:,]? {DENIED}"),
    re.compile(rf"(?P<path>/[^\s:'\"]+): {DENIED}"),
)
"""As Python, GNU's programs, and shells name a file."""

FOR_WRITING = re.compile(r"cannot (?:create|touch|remove|move)|Unable to create|Read-only file system")


@dataclass(frozen=True, slots=True)
class Want:
    """A right that code lacked: `path` is what it wanted to read or to change."""

    kind: Literal["network", "read", "write"]
    path: Path = Path("/")

    @property
    def flag(self) -> str:
        """The flag that gives it."""
        return "--network" if self.kind == "network" else f"--allow-{self.kind} {self.path}"

    @property
    def lack(self) -> str:
        """What the box does not allow, in a sentence."""
        match self.kind:
            case "network":
                return "The box has no network."
            case "read":
                return f"The box does not show {self.path}."
            case "write":
                return f"The box does not let code change {self.path}."
            case _:
                assert_never(self.kind)

    def given_to(self, rights: Rights) -> Rights:
        """The rights with this one."""
        match self.kind:
            case "network":
                return replace(rights, network=True)
            case "read":
                return replace(rights, read_by_user=(*rights.read_by_user, self.path))
            case "write":
                return replace(rights, write=(*rights.write, self.path))
            case _:
                assert_never(self.kind)


def want_in(text: str, rights: Rights) -> Want | None:
    """What was lacking, by the last words of a block that failed; None where that is not plain."""
    if not rights.network and NO_NETWORK.search(text):
        return Want("network")
    return next(_wants(text, rights), None)


def _wants(text: str, rights: Rights) -> Iterator[Want]:
    for line in text.splitlines():
        for pattern in PATHS:
            if found := pattern.search(line):
                path = Path(os.path.normpath(found["path"]))
                # Of what is not there, no more can be wanted than to make it.
                makes = found["why"] == "Permission denied" and not os.path.lexists(path)
                want = _want(path, makes or bool(FOR_WRITING.search(line)), rights)
                if want is not None:
                    yield want


NEVER_OFFERED = tuple(map(Path, ("/dev", "/proc", "/sys", "/run")))
"""Devices, processes and sockets of the machine: whoever needs them starts without a box."""


def _want(path: Path, for_writing: bool, rights: Rights) -> Want | None:
    if path.is_relative_to(rights.folder):
        entry = path.relative_to(rights.folder).parts[:1]
        is_protected = bool(entry) and entry[0] in PROTECTED and for_writing
        is_link = bool(entry) and (rights.folder / entry[0]).is_symlink()
        return Want("write", rights.folder / entry[0]) if is_protected and not is_link else None
    if _is_below(path, rights.write) or (_is_below(path, rights.read) and not for_writing):
        return None
    if for_writing:
        path = path if os.path.lexists(path) else path.parent
    # Whatever code prints must neither be offered as too much, nor end the program by being odd.
    if not os.path.exists(path) or not _is_offered(path, rights):  # noqa: PTH110 - it may be unreadable
        return None
    return Want("write" if for_writing else "read", path)


def _is_offered(path: Path, rights: Rights) -> bool:
    """Whether a person is asked for it: not for all files, all of a home, devices, or what is the program's own."""
    resolved, home = Path(os.path.realpath(path)), Path(os.path.realpath(Path.home()))
    is_wide = resolved in (Path("/"), home) or resolved in home.parents
    kept = (*NEVER_OFFERED, *map(Path, map(os.path.realpath, rights.ours)))
    is_kept = any(named.is_relative_to(each) for named in (path, resolved) for each in kept)
    return not is_wide and not is_kept and not any(each.is_relative_to(resolved) for each in kept)


def _is_below(path: Path, places: tuple[Path, ...]) -> bool:
    return any(path.is_relative_to(place) for place in places)
