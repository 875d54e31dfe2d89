"""What every test finds: a home of its own, and no key, environment, terminal or wish of the developer."""

import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from interpreter.llm.choose import key_variables
from interpreter.storage.paths import private_folder

OF_THE_DEVELOPER = ("COLUMNS", "LINES", "VIRTUAL_ENV", "CONDA_PREFIX", "NO_COLOR", "FORCE_COLOR", "CLICOLOR")
OF_THE_TERMINAL = ("COLORTERM", "TERM_PROGRAM", "LC_TERMINAL", "TMUX", "KITTY_WINDOW_ID", "WT_SESSION")
OF_THE_TERMINAL += ("KONSOLE_VERSION", "VTE_VERSION")

# An example may take longer than 0.2 s on a busy machine: that is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def shared_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the embedded weights, which are joined once a test run."""
    return private_folder(tmp_path_factory.mktemp("weights") / "models")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """INTERPRETER_HOME for this test, in-process and for its subprocesses."""
    for name in list(os.environ):
        if name in key_variables() or name.startswith("INTERPRETER_") or name in (*OF_THE_DEVELOPER, *OF_THE_TERMINAL):
            monkeypatch.delenv(name)
    monkeypatch.setenv("INTERPRETER_HOME", str(tmp_path / "home"))
    # No model of the developer's: neither in the caches of other programs, nor in an Ollama that runs.
    for name, value in {
        "HF_HOME": tmp_path / "hf",
        "LLAMA_CACHE": tmp_path / "cpp",
        "OLLAMA_HOST": "127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, str(value))
    yield tmp_path / "home"


@pytest.fixture
def home_with_weights(home: Path, shared_models: Path) -> Path:
    """A home whose embedded model is already joined, or will be for all tests after this one."""
    private_folder(home / "data")
    (home / "data" / "models").symlink_to(shared_models)
    return home


@pytest.fixture
def without_weights(tmp_path) -> list[str]:
    """The program where everything is installed but the embedded model's weights."""
    return program_without("pandas_sns", tmp_path / "site")


def program_without(package: str, site: Path) -> list[str]:
    """The program where everything is installed but what begins with this name; `site` becomes its packages."""
    site.mkdir()
    for entry in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not entry.name.startswith(package):
            (site / entry.name).symlink_to(entry)
    root = Path(__file__).parent.parent
    paths = f"import sys; sys.path[1:1] = [{str(root)!r}, {str(site)!r}]"
    return [sys.executable, "-S", "-c", f"{paths}; from interpreter.cli import main; sys.exit(main())"]
