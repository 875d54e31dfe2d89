"""A home of its own for each test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from interpreter.storage.paths import Paths, find_paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return find_paths({"INTERPRETER_HOME": str(tmp_path / "new" / "home")})


@pytest.fixture
def open_umask() -> Iterator[None]:
    """The most careless umask there is."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def blocked(tmp_path: Path) -> Paths:
    """A home that cannot be made, even by root: a file is in its place."""
    (tmp_path / "file").write_text("not a folder")
    return find_paths({"INTERPRETER_HOME": str(tmp_path / "file")})
