"""Which Python code runs in: the order, what is passed over and said, and what is never looked at."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import WrongUsage
from interpreter.kernels import pythons
from interpreter.kernels.environments import (
    OWN,
    Choice,
    activated,
    choose,
    in_words,
    install_command,
    own_python,
    settled,
)
from tests.environments import SITE, make_environment, python_of, site_of
from tests.kernels.driving import local_kernels, run

WHERE = {"PATH": os.environ["PATH"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_environment(tmp_path_factory.mktemp("ready") / "env")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_environment(tmp_path_factory.mktemp("bare") / "env", has_ipykernel=False)


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return path


def quiet(choice: Choice) -> str:
    """The executable chosen, with nothing to say about it."""
    assert choice.notes == () and choice.python.has_ipykernel
    return choice.python.path


# The order


@pytest.mark.parametrize("name", ["VIRTUAL_ENV", "CONDA_PREFIX"])
def test_code_runs_in_the_active_environment(folder: Path, ready: Path, name: str) -> None:
    choice = choose(None, {**WHERE, name: str(ready)}, folder, trusted=False)
    assert quiet(choice) == python_of(ready)
    assert str(choice.python) == f"Python {sys.version_info[0]}.{sys.version_info[1]} (active environment)"


def test_code_runs_in_the_environment_of_a_trusted_folder(folder: Path) -> None:
    make_environment(folder / ".venv")
    choice = choose(None, WHERE, folder, trusted=True)
    assert (quiet(choice), choice.python.why) == (python_of(folder / ".venv"), ".venv of this folder")


def test_nothing_in_an_untrusted_folder_is_started(folder: Path, tmp_path: Path) -> None:
    script(folder / ".venv" / "bin" / "python", f"touch {tmp_path}/started")
    (folder / ".venv" / "pyvenv.cfg").write_text("version = 3.12.0")
    assert quiet(choose(None, WHERE, folder, trusted=False)) == sys.executable
    assert not (tmp_path / "started").exists()


def test_the_active_environment_comes_before_the_folders(folder: Path, ready: Path) -> None:
    make_environment(folder / ".venv")
    assert quiet(choose(None, {**WHERE, "VIRTUAL_ENV": str(ready)}, folder, trusted=True)) == python_of(ready)


def test_a_virtual_environment_comes_before_the_conda_environment_around_it(folder: Path, ready: Path) -> None:
    environ = {**WHERE, "VIRTUAL_ENV": str(ready), "CONDA_PREFIX": "/no/such"}
    assert quiet(choose(None, environ, folder, trusted=False)) == python_of(ready)


def test_what_is_named_comes_first(folder: Path, ready: Path, tmp_path: Path) -> None:
    other = make_environment(tmp_path / "other")
    make_environment(folder / ".venv")
    environ = {**WHERE, "VIRTUAL_ENV": str(ready)}
    for named in (other, other / "bin" / "python"):
        choice = choose(named, environ, folder, trusted=True)
        assert (quiet(choice), choice.python.why) == (python_of(other), "--python")
        assert choice.python.home == other


def test_a_relative_name_is_one_of_where_we_are(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_environment(folder / "env")
    monkeypatch.chdir(folder)
    for named in (Path("env"), Path("env/bin/python"), Path("./env/")):
        assert quiet(choose(named, WHERE, folder, trusted=False)) == python_of(folder / "env")


def test_a_bare_name_is_one_of_the_path_and_never_of_the_working_folder(
    folder: Path, ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(folder / "mypython", "exit 1")
    monkeypatch.chdir(folder)
    (folder.parent / "bin").mkdir()
    (folder.parent / "bin" / "mypython").symlink_to(python_of(ready))
    with pytest.raises(WrongUsage, match="no Python at mypython"):
        choose(Path("mypython"), {"PATH": f".{os.pathsep}"}, folder, trusted=False)
    environ = {"PATH": f".{os.pathsep}{folder.parent / 'bin'}"}
    assert choose(Path("mypython"), environ, folder, trusted=False).python.path == str(folder.parent / "bin/mypython")


def test_without_any_it_is_our_own(folder: Path) -> None:
    choice = choose(None, WHERE, folder, trusted=True)
    assert (quiet(choice), choice.python.why) == (sys.executable, OWN)


def test_our_own_environment_is_ours_when_it_is_active_too(folder: Path) -> None:
    make_environment(folder / ".venv")
    choice = choose(None, {**WHERE, "VIRTUAL_ENV": sys.prefix}, folder, trusted=True)
    assert (quiet(choice), choice.python.why) == (sys.executable, OWN)


# What is passed over


@pytest.mark.parametrize("named", ["env", ".", "./.venv", ""])
def test_a_relative_active_environment_would_be_read_from_the_working_folder(
    folder: Path, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_environment(folder / "env")
    monkeypatch.chdir(folder)
    assert quiet(choose(None, {**WHERE, "VIRTUAL_ENV": named}, folder, trusted=False)) == sys.executable


def gone(home: Path) -> None:
    """Nothing there."""


def dangling(home: Path) -> None:
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "python").symlink_to("/no/such/python")


def a_file(home: Path) -> None:
    home.write_text("")


def broken(home: Path) -> None:
    script(home / "bin" / "python", "echo no; exit 1")


def lying(home: Path) -> None:
    script(home / "bin" / "python", "echo hello")
    (home / "pyvenv.cfg").write_text("version = three\n\0")


def too_old(home: Path) -> None:
    script(home / "bin" / "python", "echo 2.7.18; exit 1")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (gone, "no Python in it"),
        (dangling, "no Python in it"),
        (a_file, "no Python in it"),
        (broken, "does not start"),
        (lying, "does not start"),
        (too_old, "2.7.18 is too old"),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_a_damaged_environment_is_passed_over_in_one_line_and_an_error_when_named(
    folder: Path, tmp_path: Path, spoil, said: str
) -> None:
    spoil(tmp_path / "env")
    choice = choose(None, {**WHERE, "VIRTUAL_ENV": str(tmp_path / "env")}, folder, trusted=False)
    assert choice.python == own_python()
    (note,) = choice.notes
    assert said in note and str(tmp_path / "env") in note and "\n" not in note
    with pytest.raises(WrongUsage) as raised:
        choose(tmp_path / "env", WHERE, folder, trusted=False)
    assert raised.value.hint and "\n" not in str(raised.value)


def test_after_a_damaged_active_environment_the_folders_is_taken(folder: Path) -> None:
    make_environment(folder / ".venv")
    choice = choose(None, {**WHERE, "VIRTUAL_ENV": "/no/such"}, folder, trusted=True)
    assert choice.python.path == python_of(folder / ".venv")
    assert len(choice.notes) == 1


def test_a_python_that_never_answers_is_given_up(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pythons, "ANSWER_SECONDS", 0.5)
    script(tmp_path / "env" / "bin" / "python", "sleep 600 & sleep 600")
    began = time.monotonic()
    choice = choose(None, {**WHERE, "VIRTUAL_ENV": str(tmp_path / "env")}, folder, trusted=False)
    assert choice.python == own_python() and "does not start" in choice.notes[0]
    assert time.monotonic() - began < 60


# What is found out about a Python


def test_a_usual_environment_is_known_by_its_files_alone(folder: Path, tmp_path: Path) -> None:
    home = make_environment(tmp_path / "env", has_ipykernel=False)
    (site_of(home) / "ipykernel").symlink_to(Path(SITE) / "ipykernel")
    (home / "bin" / "python").unlink()
    script(home / "bin" / "python", f"touch {tmp_path}/started")
    choice = choose(None, {**WHERE, "VIRTUAL_ENV": str(home)}, folder, trusted=False)
    assert quiet(choice) == python_of(home)
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize(
    ("name", "text", "version"),
    [
        ("pyvenv.cfg", "home = /usr/bin\nversion = 3.12.4\n", "3.12.4"),
        ("pyvenv.cfg", "version_info = 3.13.0.final.0\n", "3.13.0"),
        ("pyvenv.cfg", "version_info=3.14\n", "3.14"),
        ("pyvenv.cfg", "\xff", ""),
        ("conda-meta/python-3.11.5-h1234_0.json", "{}", "3.11.5"),
        ("conda-meta/python-dateutil-2.9.0-py_0.json", "{}", ""),
    ],
)
def test_versions_are_read_where_each_tool_writes_them(tmp_path: Path, name: str, text: str, version: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text, encoding="latin-1")
    assert pythons.version_in(tmp_path) == version


def test_what_lies_in_the_working_folder_does_not_answer_for_a_python(
    folder: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "ipykernel").mkdir()
    (folder / "ipykernel" / "__init__.py").write_text("")
    (folder / "importlib").mkdir()
    (folder / "importlib" / "__init__.py").write_text("raise SystemExit")
    monkeypatch.chdir(folder)
    for path in ("", ".", f".{os.pathsep}"):
        facts = pythons.ask(Path(python_of(bare)), {**WHERE, "PYTHONPATH": path})
        assert facts is not None and not facts.has_ipykernel


def test_an_ipykernel_on_an_absolute_pythonpath_counts(bare: Path) -> None:
    facts = pythons.ask(Path(python_of(bare)), {**WHERE, "PYTHONPATH": SITE})
    assert facts is not None and facts.has_ipykernel


# Without ipykernel


def test_an_active_environment_without_ipykernel_is_replaced_and_said_in_one_line(folder: Path, bare: Path) -> None:
    environ = {**WHERE, "VIRTUAL_ENV": str(bare)}
    choice = settled(choose(None, environ, folder, trusted=False), environ)
    assert choice.python == own_python()
    (note,) = choice.notes
    assert (
        str(bare) in note and "lacks ipykernel" in note and OWN in note and "ipykernel" in note.split("change that")[1]
    )
    assert "\n" not in note


def test_a_named_python_without_ipykernel_is_an_error_with_the_one_command(folder: Path, tmp_path: Path) -> None:
    home = make_environment(tmp_path / "env", has_ipykernel=False, pip=0)
    with pytest.raises(WrongUsage) as raised:
        settled(choose(home, WHERE, folder, trusted=False), WHERE)
    assert raised.value.hint == f"Get it with: {python_of(home)} -m pip install ipykernel"


def test_uv_installs_where_there_is_no_pip(folder: Path, bare: Path, tmp_path: Path) -> None:
    uv = script(tmp_path / "bin" / "uv", "exit 0")
    python = choose(bare, WHERE, folder, trusted=False).python
    environ = {"PATH": str(tmp_path / "bin")}
    assert install_command(python, ("x>=1",), environ) == (str(uv), "pip", "install", "--python", python.path, "x>=1")
    assert in_words(python, ("x>=1",), environ).endswith("'x>=1'")


def test_with_neither_pip_nor_uv_the_command_brings_pip_first(folder: Path, bare: Path) -> None:
    python = choose(bare, WHERE, folder, trusted=False).python
    assert install_command(python, ("x",), {"PATH": "/no/such"}) is None
    path = python_of(bare)
    assert in_words(python, ("x",), {"PATH": "/no/such"}) == f"{path} -m ensurepip && {path} -m pip install x"


# In it


@pytest.mark.parametrize("why", ["active", "named", "folder"])
def test_code_shell_and_pip_mean_the_same_environment(folder: Path, tmp_path: Path, why: str) -> None:
    home = make_environment(folder / ".venv" if why == "folder" else tmp_path / "env", pip=0)
    environ = {**os.environ, **({"VIRTUAL_ENV": str(home)} if why == "active" else {})}
    choice = choose(home if why == "named" else None, environ, folder, trusted=True)
    kernels = local_kernels(
        tmp_path, CancelToken(), python=choice.python.path, environment=activated(environ, choice.python), trusted=True
    )
    kernel = kernels.get("python")

    assert run(kernel, "import sys; print(sys.prefix)").stdout == f"{home}\n"
    assert run(kernel, "!python -c 'import sys; print(sys.prefix)'").stdout == f"{home}\n"
    assert "installing install toys" in run(kernel, "%pip install toys").stdout
    assert run(kernels.get("bash"), "python -c 'import sys; print(sys.prefix)'; echo $VIRTUAL_ENV").stdout == (
        f"{home}\n{home}\n"
    )
    kernels.close()


def test_pip_in_a_block_is_done_by_uv_where_there_is_no_pip(ready: Path, tmp_path: Path) -> None:
    uv = script(tmp_path / "bin" / "uv", f"echo $*; echo 'arrived = 1' > {site_of(ready)}/arrived.py")
    environment = {**os.environ, "PATH": f"{uv.parent}{os.pathsep}{os.environ['PATH']}"}
    kernels = local_kernels(tmp_path, CancelToken(), python=python_of(ready), environment=environment)
    kernel = kernels.get("python")
    # Looked for in vain first, so that the finder has the folder in its memory; pip may come from our own environment.
    run(kernel, "import sys; sys.modules['pip'] = None\ntry: import arrived\nexcept ImportError: pass")

    said = run(kernel, "name = 'toys'\n%pip install -q {name} 'more>=1'").stdout

    assert said == f"pip install --python {python_of(ready)} -q toys more>=1\n"
    assert run(kernel, "import arrived; print(arrived.arrived)").stdout == "1\n"
    (site_of(ready) / "arrived.py").unlink()
    kernels.close()


def test_our_own_environment_changes_no_variable() -> None:
    assert activated({"PATH": "/bin", "A": "1"}, own_python()) == {"PATH": "/bin", "A": "1"}


def test_an_active_environment_keeps_its_place_on_the_path(folder: Path, ready: Path) -> None:
    environ = {"PATH": f"/first{os.pathsep}{ready}/bin", "VIRTUAL_ENV": str(ready), "PYTHONHOME": "/x"}
    python = choose(None, environ, folder, trusted=False).python
    assert activated(environ, python) == {"PATH": environ["PATH"], "VIRTUAL_ENV": str(ready)}


def test_a_conda_environment_is_activated_as_one(tmp_path: Path) -> None:
    home = tmp_path / "conda"
    script(home / "bin" / "python", f'exec {os.path.realpath(sys.executable)} "$@"')
    (home / "conda-meta").mkdir()
    (home / "conda-meta" / f"python-{sys.version.split()[0]}-0.json").touch()
    python = choose(home, {**WHERE, "PYTHONPATH": SITE}, tmp_path, trusted=False).python
    assert (python.home, python.version) == (home, sys.version.split()[0])
    assert activated({"PATH": "/bin"}, python) == {"PATH": f"{home}/bin{os.pathsep}/bin", "CONDA_PREFIX": str(home)}


def test_a_named_python_without_an_environment_changes_no_variable(folder: Path) -> None:
    base = os.path.realpath(sys.executable)
    if pythons.home_of(Path(base)) is not None:
        pytest.skip("our own Python is one of an environment all the way down")
    python = choose(Path(base), {**WHERE, "PYTHONPATH": SITE}, folder, trusted=False).python
    assert activated({"PATH": "/bin"}, python) == {"PATH": "/bin"}


def test_choosing_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom interpreter.kernels.environments import choose\n"
        "choose(None, {}, Path('/'), trusted=False)\n"
        "print([name for name in ('zmq', 'jupyter_client', 'ipykernel', 'asyncio') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
