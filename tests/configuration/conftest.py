"""A home with the files of settings that a test writes."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from interpreter.storage.paths import find_paths

Write = Callable[..., Path]


@pytest.fixture
def write() -> Write:
    """Write `config.toml`, or the profile of that name; returns the file."""

    def written(text: str | bytes, profile: str = "") -> Path:
        paths = find_paths(os.environ)
        file = paths.profiles / f"{profile}.toml" if profile else paths.settings
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    return written
