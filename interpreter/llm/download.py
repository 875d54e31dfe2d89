"""A large file fetched in as many pieces as it takes, and only kept when its checksum is right."""

import contextlib
import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias

from interpreter.core.errors import ModelFailed, ModelUnreachable, StorageFailed, WeightsDamaged

if TYPE_CHECKING:
    import httpx

Progress: TypeAlias = Callable[[int, int], None]
Ask: TypeAlias = "Callable[[Mapping[str, str]], AbstractContextManager[httpx.Response]]"
"""Asks for the file with these headers; the body of the answer is still to be read."""

_PIECE = 1 << 20
_TRIES = 5
"""In a row without a byte gained; a try that gained some starts the count anew."""

_LONGEST_WAIT = 8.0
"""Seconds between two tries."""


def fetch(
    ask: Ask, target: Path, size: int, sha256: str, progress: Progress, pause: Callable[[float], None] = time.sleep
) -> None:
    """Put the file at `target` as a whole, or nothing.

    What came is kept beside it as a part when a connection breaks, when the program is stopped, and when it dies; the
    next call goes on from there. Raises ModelUnreachable, WeightsDamaged (the part is removed: it is of no use),
    StorageFailed. Who else fetches the same file at the moment is not disturbed: ModelFailed.
    """
    part = target.with_name(f".{target.name}.{sha256[:12]}.part")
    with _storage_errors_named(target.parent), part.open("ab") as file:
        _check_alone(file, target)
        file.seek(0, os.SEEK_END)
        _check_room(target.parent, size - file.tell())
        digest = hashlib.sha256()
        with part.open("rb") as sofar:
            while piece := sofar.read(_PIECE):
                digest.update(piece)
        _receive(ask, file, digest, size, progress, pause)
        file.flush()
        os.fsync(file.fileno())
        if (file.tell(), digest.hexdigest()) != (size, sha256):
            part.unlink()
            raise WeightsDamaged(
                f"What came is not {target.name}: its SHA-256 is wrong.", "It was removed. Fetch it again."
            )
        part.chmod(0o600)
        part.replace(target)


def is_whole(target: Path, size: int) -> bool:
    """Whether the file is there already: it only ever gets its name when its checksum was right."""
    return target.is_file() and target.stat().st_size == size


def _receive(
    ask: Ask, file: IO[bytes], digest: "hashlib._Hash", size: int, progress: Progress, pause: Callable[[float], None]
) -> None:
    """Ask until everything has come; raises ModelUnreachable when nothing comes any more."""
    failures = 0
    progress(file.tell(), size)
    while file.tell() < size:
        before = file.tell()
        problem = _ask_once(ask, file, digest, size, progress)
        failures = 0 if file.tell() > before else failures + 1
        if failures >= _TRIES:
            raise ModelUnreachable(
                f"The connection broke {failures} times in a row{f': {problem}' if problem else ''}.",
                "What came is kept: the same command goes on from there.",
            )
        if file.tell() < size:
            pause(min(_LONGEST_WAIT, 0.5 * 2**failures))


def _ask_once(ask: Ask, file: IO[bytes], digest: "hashlib._Hash", size: int, progress: Progress) -> str:
    """Read one answer as far as it goes; returns what broke it off, if anything did."""
    import httpx

    have = file.tell()
    try:
        with ask({"Range": f"bytes={have}-"} if have else {}) as response:
            passed_over = 0 if _goes_on(response, have) else have
            for piece in response.iter_bytes():
                skipped = min(passed_over, len(piece))
                passed_over -= skipped
                taken = piece[skipped : skipped + size - file.tell()]
                file.write(taken)
                digest.update(taken)
                progress(file.tell(), size)
                if file.tell() >= size:
                    break
    except (httpx.TransportError, httpx.StreamError, ModelUnreachable) as error:
        return type(error.__cause__ or error).__name__
    return ""


def _goes_on(response: "httpx.Response", have: int) -> bool:
    """Whether the answer begins where we are; one that begins at the beginning is read over what we have."""
    if response.status_code == 200:
        return have == 0
    begins = response.headers.get("Content-Range", "")
    if response.status_code == 206 and begins.startswith(f"bytes {have}-"):
        return True
    raise ModelFailed("The server does not send the rest of the file.", "Fetch it again later.")


def _check_alone(file: IO[bytes], target: Path) -> None:
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ModelFailed(f"{target.name} is being fetched by another process.", "Wait until it is done.") from error


def _check_room(folder: Path, missing: int) -> None:
    if shutil.disk_usage(folder).free < missing:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def _storage_errors_named(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            free = ""
            with contextlib.suppress(OSError):
                free = f" ({shutil.disk_usage(folder).free / 1e9:.1f} GB are free)"
            message = f"The disk has no room for the model in {folder}{free}."
            hint = "Free some space there, or set INTERPRETER_HOME to a folder with more."
        else:
            message = f"The model cannot be kept in {folder}: {error.strerror or error}."
            hint = "Make the folder writable, or set INTERPRETER_HOME to one that is."
        raise StorageFailed(message, hint) from error
