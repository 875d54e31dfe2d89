"""A disk of its own, small enough to be filled, for tests that want to see what happens then."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

WITHIN = "TESTED_WITHIN_A_NAMESPACE"


@pytest.fixture
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder on a disk of 4 MB. Who may mount none gets one in a namespace, where the test runs once more."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode == 0:
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
        return
    if WITHIN in os.environ or subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode:
        pytest.skip("neither mount nor unshare -rm is allowed here: no disk can be made that is small")
    again = ["unshare", "-rm", sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", request.node.nodeid]
    done = subprocess.run(again, env={**os.environ, WITHIN: "1"}, cwd=request.config.rootpath, capture_output=True)
    assert done.returncode == 0, done.stdout.decode()
    pytest.skip("passed in a namespace of its own")


def fill(disk: Path, *, leaves: int = 0) -> None:
    """Fill the disk but for so many bytes."""
    with suppressed_full(), (disk / "filler").open("ab", buffering=0) as file:
        while file.write(b"\0" * 4096) == 4096:
            pass
    os.truncate(disk / "filler", max(0, (disk / "filler").stat().st_size - leaves))


def make_room(disk: Path) -> None:
    """Take away what filled it."""
    (disk / "filler").unlink()


@contextmanager
def suppressed_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        assert error.errno == 28
