"""The states of a working folder, in a git repository of our own that lies elsewhere.

The user's own git is not asked for anything and not touched: neither its settings nor its hooks nor its variables
count, attributes change no byte, and nothing is run but git itself.
"""

import os
import shutil
import stat
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from interpreter.storage.paths import private_folder, write_private

FOLDER = "files.git"
"""The repository's folder, in that of a session."""

PATIENCE = 20.0
"""Seconds after which git is given up."""

_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "core.fsmonitor": "false",
    "core.autocrlf": "false",
    "core.symlinks": "true",
    "core.fileMode": "true",
    "core.protectNTFS": "false",
    "core.fsync": "none",
    "gc.auto": "0",
}
# Above every .gitattributes of the folder: what is kept is what is there, to the byte.
_ATTRIBUTES = "* -text !eol -ident -filter !working-tree-encoding\n"
_LINK = "120000"


NO_GIT = "git is not installed"


class NotKept(Exception):
    """The states of the folder cannot be kept; the text says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of a file that is kept, files of a folder whose states are kept, bytes that one state may add."""

    largest: int = 10_000_000
    files: int = 20_000
    size: int = 500_000_000


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a file between two states: each a mode and a content by name, None where there was none."""

    path: str
    before: tuple[str, str] | None
    after: tuple[str, str] | None


class Shadow:
    """Keeps states of `folder` in a repository below `place`, made when it is needed; `path` is where git is sought.

    Every method raises NotKept where git is missing, fails or takes too long, or where the folder is too large.
    """

    def __init__(self, folder: Path, place: Path, path: str, limits: Limits = LIMITS) -> None:
        self._folder = folder
        self._place = place / FOLDER
        self._path = path
        self._limits = limits
        self._last = ""
        self.left_out: tuple[str, ...] = ()
        """Files that are too large, or cannot be read."""

    def state(self) -> str:
        """Keep what the folder holds now, and return its name, which is the same for the same content."""
        self._prepare()
        listed = self._git("ls-files", "-z", "--others", "--modified", "--deleted", "--exclude-standard")
        changed = [path for path in dict.fromkeys(_split(listed)) if not path.endswith("/")]
        if changed or not self._last:
            self._take_in(changed)
            self._last = self._git("write-tree").decode().strip()
        return self._last

    def changes(self, before: str, after: str) -> list[Change]:
        """What differs between two states."""
        if before == after:
            return []
        fields = _split(self._git("diff-tree", "-r", "-z", "--no-renames", "--raw", before, after))
        found = []
        for facts, path in zip(fields[::2], fields[1::2], strict=True):
            old_mode, new_mode, old, new, _ = facts.removeprefix(":").split()
            found.append(Change(path, _file(old_mode, old), _file(new_mode, new)))
        return found

    def holds(self, state: str, path: str) -> tuple[str, str] | None:
        """Mode and content of a file in a state."""
        listed = self._git("ls-tree", "-z", state, "--", f":(literal){path}")
        if not listed:
            return None
        mode, _, content = listed.decode("utf-8", "surrogateescape").partition("\t")[0].split()
        return mode, content

    def put(self, path: str, held: tuple[str, str] | None) -> None:
        """Make a file what it was, or remove it; raises OSError too. Nothing is written through a link."""
        target = self._folder / path
        if link := self._link_before(path):
            raise NotADirectoryError(20, f"{link.name} is a link now", str(target))
        if held is None:
            target.unlink(missing_ok=True)
            self._remove_empty(target.parent)
            return
        mode, content = held
        data = self._git("cat-file", "blob", content)
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name[:200]}.{os.getpid()}")
        try:
            if mode == _LINK:
                draft.symlink_to(os.fsdecode(data))
            else:
                with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
                    file.write(data)
                    os.fchmod(file.fileno(), _permissions(target, executable=mode == "100755", new=file.fileno()))
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)

    def _remove_empty(self, folder: Path) -> None:
        """Folders that held nothing else, as git keeps none."""
        while folder != self._folder:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent

    def _take_in(self, changed: Sequence[str]) -> None:
        kept, left_out, gone, size = [], [], [], 0
        for path in changed:
            found = self._found(path)
            if found is None:
                gone.append(path)
            elif self._is_kept(found, self._folder / path):
                kept.append(path)
                size += found.st_size
            else:
                left_out.append(path)
        if len(kept) > self._limits.files or size > self._limits.size:
            raise NotKept(f"the folder holds too much ({len(kept):,} files, {size // 1_000_000:,} MB)")
        self.left_out = tuple(left_out)
        self._index([*gone, *left_out], "--force-remove")
        self._index(kept, "--add", "--remove", "--replace")

    def _is_kept(self, found: os.stat_result, path: Path) -> bool:
        if stat.S_ISLNK(found.st_mode):
            return True
        return stat.S_ISREG(found.st_mode) and found.st_size <= self._limits.largest and os.access(path, os.R_OK)

    def _found(self, path: str) -> os.stat_result | None:
        """What is there, None for nothing: what lies behind a link is no file of the folder."""
        if self._link_before(path) is not None:
            return None
        try:
            return os.lstat(self._folder / path)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _link_before(self, path: str) -> Path | None:
        parents = [self._folder / parent for parent in Path(path).parents if parent != Path()]
        return next((parent for parent in parents if parent.is_symlink()), None)

    def _index(self, paths: Iterable[str], *how: str) -> None:
        if lines := b"".join(os.fsencode(path) + b"\0" for path in paths):
            self._git("update-index", "-z", *how, "--stdin", given=lines)

    def _prepare(self) -> None:
        if (self._place / "info" / "attributes").is_file():
            return
        private_folder(self._place.parent)
        self._git("init", "--quiet", "--bare", "--template=", str(self._place), bare=True)
        write_private(self._place / "info" / "attributes", _ATTRIBUTES)

    def _git(self, *arguments: str, given: bytes = b"", bare: bool = False) -> bytes:
        program = git_program(self._path, self._folder)
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        try:
            done = subprocess.run(
                [program, *settings, *arguments],
                input=given,
                capture_output=True,
                cwd=self._folder,
                env=self._environment(bare=bare),
                timeout=PATIENCE,
                umask=0o077,
            )
        except subprocess.TimeoutExpired as error:
            raise NotKept(f"git took longer than {PATIENCE:.0f} seconds") from error
        except OSError as error:
            raise NotKept(f"git cannot be started: {error.strerror}") from error
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it does not say why"]
            raise NotKept(f"git failed: {said[-1]}")
        return done.stdout

    def _environment(self, *, bare: bool) -> dict[str, str]:
        """Nothing of the user's: no setting of git's in a variable or a file."""
        ours = {
            "PATH": self._path,
            "LC_ALL": "C",
            "HOME": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_LITERAL_PATHSPECS": "0",
        }
        return ours if bare else {**ours, "GIT_DIR": str(self._place), "GIT_WORK_TREE": str(self._folder)}


def git_program(path: str, folder: Path) -> str:
    """Where git is; raises NotKept where it is nowhere. One that lies in the working folder is not the user's."""
    found = shutil.which("git", path=path)
    if found is None or not Path(found).is_absolute() or Path(found).is_relative_to(folder):
        raise NotKept(NO_GIT)
    return found


def _permissions(target: Path, *, executable: bool, new: int) -> int:
    """Those of the file that is there, else a new one's; git keeps only whether it can be run."""
    try:
        mode = stat.S_IMODE(os.lstat(target).st_mode)
    except OSError:
        mode = stat.S_IMODE(os.fstat(new).st_mode)
    return mode | (mode & 0o444) >> 2 if executable else mode & ~0o111


def _split(data: bytes) -> list[str]:
    return [os.fsdecode(part) for part in data.split(b"\0") if part]


def _file(mode: str, content: str) -> tuple[str, str] | None:
    return None if set(content) == {"0"} and set(mode) == {"0"} else (mode, content)
