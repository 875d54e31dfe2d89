"""The embedded model's weights, joined once a test session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from interpreter.llm import weights
from interpreter.llm.embedded_process import can_serve


@pytest.fixture(scope="session")
def weights_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    if not (weights.is_installed() and can_serve()):
        pytest.skip("the extra `local` is not installed")
    path = weights.joined(tmp_path_factory.mktemp("models"), lambda done, total: None)
    yield path
    # pytest keeps the folders of the last three sessions: too long for half a gigabyte
    path.unlink()


@pytest.fixture(scope="session")
def state_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared, so that the threads are measured once a test session."""
    return tmp_path_factory.mktemp("state")
