"""Which languages are found on a machine, and what is told about the others."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import KernelFailed, KernelMissing
from interpreter.kernels.installed import data_folders, installed
from interpreter.kernels.local_kernels import LocalKernels
from tests.kernels.driving import local_kernels, meanwhile, run

TOY = {
    "argv": ["python3", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    "display_name": "Toy",
    "language": "Toy",
    "env": {"TOY": "yes"},
}


def install(data: Path, name: str, spec: object) -> None:
    folder = data / "kernels" / name
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(spec))


def kernels_with(tmp_path: Path, **environment: str) -> LocalKernels:
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    return local_kernels(tmp_path, CancelToken(), environment={**bare, **environment})


@pytest.mark.parametrize("mode", ["signal", "message"])
def test_an_installed_kernel_runs_by_its_language_and_by_its_name(tmp_path: Path, mode: str) -> None:
    install(tmp_path / "data", "my-toy", {**TOY, "interrupt_mode": mode})
    token = CancelToken()
    environment = {**os.environ, "JUPYTER_PATH": str(tmp_path / "data")}
    kernels = local_kernels(tmp_path, token, environment=environment)

    assert {kernels.language_of(tag) for tag in ("toy", "Toy", " my-toy ")} == {"toy"}
    assert kernels.languages()[0] == "python" and "toy" in kernels.languages()
    kernel = kernels.get("toy")
    assert run(kernel, "import os; kept = os.environ['TOY']; print(kept)").stdout == "yes\n"
    with meanwhile(0.5, token.cancel):
        assert run(kernel, "import time; time.sleep(600)").ended.note == ""
    token.clear()
    assert run(kernel, "print(kept)").stdout == "yes\n"
    kernels.close()


def test_a_kernel_of_the_table_is_found_under_its_canonical_name(tmp_path: Path) -> None:
    install(tmp_path / ".local" / "share" / "jupyter", "ir", {**TOY, "language": "R"})
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_DATA_HOME": f"{tmp_path}/.local/share"}

    recipes, meanings = installed(environment)

    assert recipes["r"].environment == {"TOY": "yes"}
    assert (meanings["r"], meanings["ir"]) == ("r", "r")


@pytest.mark.parametrize("spec", [[], "x", {}, {**TOY, "argv": []}, {**TOY, "argv": "x"}, {**TOY, "env": 1}])
def test_a_damaged_kernelspec_is_passed_over(tmp_path: Path, spec: object) -> None:
    install(tmp_path / "data", "broken", spec)
    install(tmp_path / "data", "toy", TOY)

    recipes, _ = installed({"PATH": os.environ["PATH"], "JUPYTER_PATH": str(tmp_path / "data")})

    assert "toy" in recipes


def test_a_kernel_whose_program_is_gone_is_not_offered(tmp_path: Path) -> None:
    install(tmp_path / "data", "gone", {**TOY, "argv": ["no-such-program", "{connection_file}"]})

    assert "toy" not in kernels_with(tmp_path, JUPYTER_PATH=str(tmp_path / "data")).languages()


def test_nothing_is_taken_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "work"
    for folder in (work, work / "share" / "jupyter"):
        install(folder, "toy", TOY)
    for name in ("deno", "bash"):
        (work / name).write_text("#!/bin/sh\ntouch touched")
        (work / name).chmod(0o700)
    monkeypatch.chdir(work)

    kernels = kernels_with(tmp_path, JUPYTER_PATH=f".{os.pathsep}", PATH=f".{os.pathsep}/usr/bin:/bin")

    assert "toy" not in kernels.languages()
    assert run(kernels.get("bash"), "echo fine; ls touched").stdout == "fine\n"
    kernels.close()


def test_the_folders_are_those_of_jupyter() -> None:
    code = "from jupyter_core.paths import jupyter_path; print(*jupyter_path(), sep='\\n')"
    bare = {"PATH": os.environ["PATH"], "HOME": "/home/somebody", "JUPYTER_PATH": "/named/one"}

    told = subprocess.run([sys.executable, "-c", code], env=bare, capture_output=True, text=True, check=True).stdout

    assert set(data_folders(bare)) == {Path(line) for line in told.split()}


@pytest.mark.parametrize(("language", "command"), [("java", "pip install --pre jjava"), ("r", "r-cran-irkernel")])
def test_a_missing_kernel_is_told_with_its_command_and_with_what_there_is(
    tmp_path: Path, language: str, command: str
) -> None:
    kernels = kernels_with(tmp_path)
    if language in kernels.languages():
        pytest.skip(f"{language} runs here")

    with pytest.raises(KernelMissing) as missing:
        kernels.get(language)

    assert language in str(missing.value)
    assert command in missing.value.hint
    assert "Languages that run here: python, bash" in missing.value.hint


def test_a_kernel_installed_meanwhile_is_found(tmp_path: Path) -> None:
    kernels = kernels_with(tmp_path, JUPYTER_PATH=str(tmp_path / "data"))
    with pytest.raises(KernelMissing):
        kernels.get("toy")

    install(tmp_path / "data", "toy", TOY)

    assert run(kernels.get("toy"), "print(1)").stdout == "1\n"
    kernels.close()


def test_without_bash_there_is_python(tmp_path: Path) -> None:
    kernels = kernels_with(tmp_path, PATH=str(tmp_path))

    assert kernels.languages()[0] == "python"
    with pytest.raises(KernelMissing, match="bash"):
        kernels.get("bash")


@pytest.mark.parametrize("tag", ["", "json", "text", "html", "console", "diff", "pycon", "output"])
def test_what_is_not_to_be_run_has_no_language(tmp_path: Path, tag: str) -> None:
    assert kernels_with(tmp_path).language_of(tag) is None


def test_an_installed_kernel_that_does_not_start_is_told(tmp_path: Path) -> None:
    install(tmp_path / "data", "toy", {**TOY, "argv": ["/bin/sh", "-c", "echo no toys today; exit 1"]})
    kernels = kernels_with(tmp_path, JUPYTER_PATH=str(tmp_path / "data"))

    with pytest.raises(KernelFailed, match="no toys today"):
        kernels.get("toy")
    kernels.close()


def test_finding_the_languages_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys, os\nfrom interpreter.kernels.catalogue import Catalogue\n"
        "from interpreter.kernels.recipes import Recipe\n"
        "Catalogue(Recipe('python', ()), os.environ).languages()\n"
        "print([name for name in ('zmq', 'jupyter_client', 'jupyter_core', 'subprocess') if name in sys.modules])"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
