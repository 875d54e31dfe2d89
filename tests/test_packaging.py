"""What is installed: one folder, one module beside it, and a word to those who have the other package of that name."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the contents of the wheel, as an ordinary installation would lay them out."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def python(code: str, site: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=site.parent, capture_output=True, text=True, timeout=60
    )


def test_the_wheel_holds_one_package_and_one_module(installed: Path) -> None:
    top = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert top == {"interpreter", "open_interpreter.py"}
    for name in (
        "py.typed",
        "prompts/small.md",
        "prompts/large.md",
        "profiles/careful.toml",
        "kernels/inside/startup.py",
    ):
        assert (installed / "interpreter" / name).is_file()
    assert not (installed / "interpreter" / "_alias.py").exists()


def test_both_names_work_after_an_ordinary_installation(installed: Path) -> None:
    code = (
        "import interpreter, open_interpreter as o; print(o.OpenInterpreter is interpreter.OpenInterpreter, o.__file__)"
    )
    done = python(code, installed)
    assert done.stdout.split() == ["True", str(installed / "open_interpreter.py")], done.stderr


def test_the_command_works_after_an_ordinary_installation(installed: Path) -> None:
    done = python("import sys; sys.argv[1:] = ['--version']; import open_interpreter as o; o.main()", installed)
    assert done.stdout.startswith("interpreter "), done.stderr


@pytest.mark.parametrize(
    "code", ["from open_interpreter import OpenInterpreter", "import open_interpreter as o; o.main()"]
)
@pytest.mark.parametrize("hides_ours", [False, True])
def test_the_other_package_of_that_name_is_named(installed: Path, tmp_path: Path, code: str, hides_ours: bool) -> None:
    site = tmp_path / "site"
    subprocess.run(["cp", "-r", str(installed), str(site)], check=True)
    (site / "interpreter" / "terminal_interface").mkdir()
    if hides_ours:
        (site / "interpreter" / "__init__.py").write_text("from .core.core import OpenInterpreter\n")

    done = python(code, site)

    assert "pip uninstall -y open-interpreter" in done.stderr
