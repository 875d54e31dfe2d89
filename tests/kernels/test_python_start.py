"""How a Python kernel starts, and what is told when it cannot."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import KernelFailed
from interpreter.kernels.jupyter_kernel import JupyterKernel
from tests.kernels.driving import local_kernels, meanwhile, run


def test_a_warmed_kernel_is_ready_when_it_is_asked_for(tmp_path: Path) -> None:
    kernels = local_kernels(tmp_path, CancelToken())
    kernels.warm()

    kernel = kernels.get("python")

    assert run(kernel, "1 + 1").shown == ["2"]
    assert kernels.get("python") is kernel
    kernels.close()


def test_closing_while_a_kernel_starts_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kernels = local_kernels(tmp_path, CancelToken())
    kernels.warm()

    kernels.close()

    assert not list(tmp_path.glob("itp-*"))


def test_a_wish_to_stop_while_the_kernel_starts_ends_the_run_and_not_the_start(tmp_path: Path) -> None:
    token = CancelToken()
    kernels = local_kernels(tmp_path, token)
    token.cancel()

    kernel = kernels.get("python")
    ran = run(kernel, "print(1)")
    token.clear()

    assert (ran.ended.status, ran.outputs) == ("interrupted", ())
    assert run(kernel, "1 + 1").shown == ["2"]
    kernels.close()


def test_a_python_without_ipykernel_is_told_with_its_cure(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    kernels = local_kernels(tmp_path, CancelToken(), python=python, environment=environment)

    with pytest.raises(KernelFailed) as failed:
        kernels.get("python")
    kernels.close()

    assert "No module named 'ipykernel'" in str(failed.value)
    assert "\n" not in str(failed.value)
    assert f"{python} -m pip install ipykernel" in failed.value.hint


@pytest.mark.parametrize(
    ("script", "cause"),
    [
        ("exit 3", "exit code 3"),
        ("echo no room left; exit 1", "no room left"),
        ("kill -SEGV $$", "SIGSEGV"),
        ("exec sleep 600", "no answer"),
    ],
)
def test_a_kernel_that_cannot_start_is_told_in_time(tmp_path: Path, script: str, cause: str) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o700)
    kernels = local_kernels(tmp_path, CancelToken(), python=str(python))
    began = time.monotonic()

    with pytest.raises(KernelFailed, match=cause):
        kernels.get("python")
    kernels.close()

    assert time.monotonic() - began < 30


def test_a_python_that_is_not_there_is_told(tmp_path: Path) -> None:
    kernels = local_kernels(tmp_path, CancelToken(), python="/nowhere/python")

    with pytest.raises(KernelFailed, match="/nowhere/python"):
        kernels.get("python")
    kernels.close()


def test_a_start_that_failed_is_tried_again(tmp_path: Path) -> None:
    python = tmp_path / "python"
    kernels = local_kernels(tmp_path, CancelToken(), python=str(python))
    with pytest.raises(KernelFailed):
        kernels.get("python")

    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o700)

    assert run(kernels.get("python"), "1 + 1").shown == ["2"]
    kernels.close()


def test_a_kernel_that_dies_and_cannot_be_started_again_is_told(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o700)
    kernels = local_kernels(tmp_path, CancelToken(), python=str(python))
    kernel = kernels.get("python")

    python.unlink()
    ran = run(kernel, "import os; os._exit(1)")
    kernels.close()

    assert ran.ended.status == "died"
    assert "could not be started again" in ran.ended.note


def test_a_folder_for_logs_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    kernels = local_kernels(tmp_path, CancelToken())

    assert run(kernels.get("python"), "1 + 1").shown == ["2"]
    kernels.close()


def test_the_command_can_be_wrapped(tmp_path: Path) -> None:
    commands: list[list[str]] = []

    def confine(argv: list[str], folder: Path) -> list[str]:
        commands.append(argv)
        return ["env", "BOXED=1", *argv]

    kernels = local_kernels(tmp_path, CancelToken(), confine=confine)

    assert run(kernels.get("python"), "import os; os.environ['BOXED']").shown == ["'1'"]
    # Limits come first: inside a box nobody else can set them.
    assert sys.executable in commands[0]
    kernels.close()


def test_variables_are_described(kernel: JupyterKernel) -> None:
    kernel.restart()
    code = (
        "import math\nfrom os import path, getcwd\nfrom functools import reduce\n_hidden = 0\n"
        "numbers = list(range(1000))\nname = 'Ada'\n"
        "class Odd:\n    def __repr__(self): raise ValueError\n"
        "odd = Odd()\n"
        "def double(x): return 2 * x\n"
        "class Grid:\n    shape = (3, 4)\n"
        "grid = Grid()"
    )
    run(kernel, code)

    rows = {variable.name: variable for variable in kernel.variables()}

    assert list(rows) == ["numbers", "name", "Odd", "odd", "double", "Grid", "grid"]
    assert (rows["numbers"].type, rows["numbers"].size) == ("list", "1000 items")
    assert rows["name"].preview == "'Ada'"
    assert rows["grid"].size == "3 x 4"
    assert all(len(row.preview) <= 60 for row in rows.values())


def test_variables_that_never_end_to_describe_themselves_are_given_up(kernel: JupyterKernel) -> None:
    run(kernel, "class Slow:\n    def __repr__(self):\n        import time; time.sleep(600)\nslow = Slow()")

    with meanwhile(0.5, kernel.interrupt):
        kernel.variables()

    assert run(kernel, "1 + 1").shown == ["2"]
