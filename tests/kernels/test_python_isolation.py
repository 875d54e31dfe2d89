"""What a Python kernel must not read, write, import, or leave behind."""

import asyncio
import os
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.kernels.jupyter_kernel import JupyterKernel
from tests.kernels.driving import eventually, is_running, local_kernels, next_line, run


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


BAITS = ("bottleneck", "jedi", "ipykernel_launcher", "ipykernel", "sitecustomize", "usercustomize", "zmq", "IPython")


@pytest.mark.parametrize("trusted", [False, True])
def test_modules_of_the_working_folder_hide_nothing(tmp_path: Path, trusted: bool) -> None:
    work = tmp_path / "work"
    work.mkdir()
    for name in BAITS:
        (work / f"{name}.py").write_text(f"open({str(tmp_path / name)!r}, 'w')")
    (work / "ipython_config.py").write_text(f"open({str(tmp_path / 'config')!r}, 'w')")
    (work / "mine.py").write_text("value = 42")
    environment = {**os.environ, "PYTHONPATH": f".{os.pathsep}"}
    kernels = local_kernels(tmp_path, CancelToken(), trusted=trusted, environment=environment)

    kernel = kernels.get("python")
    run(kernel, "import sys; sys.modules.get('jedi'); x = 1\ndef f(): pass\nf?")
    ran = run(kernel, "import mine; mine.value")
    kernels.close()

    assert not [name for name in (*BAITS, "config") if (tmp_path / name).exists()]
    assert ran.ended.status == ("ok" if trusted else "failed")


def test_programs_started_by_the_code_import_as_usual(kernel: JupyterKernel) -> None:
    code = (
        "from pathlib import Path; import subprocess, sys, os\n"
        "Path('lib_of_mine.py').write_text('value = 42')\n"
        "Path('program.py').write_text('import lib_of_mine; print(lib_of_mine.value)')\n"
        "subprocess.run([sys.executable, 'program.py'])\n"
        "print([name for name in os.environ if name == 'PYTHONSAFEPATH'])"
    )

    assert run(kernel, code).stdout == "42\n[]\n"


def test_the_users_ipython_is_neither_read_nor_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    startup = home / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("started = True")
    (tmp_path / "start.py").write_text("started = True")
    before = sorted(home.rglob("*"))
    environment = {**os.environ, "HOME": str(home), "PYTHONSTARTUP": str(tmp_path / "start.py")}
    environment.pop("IPYTHONDIR", None)
    kernels = local_kernels(tmp_path, CancelToken(), environment=environment)

    kernel = kernels.get("python")
    run(kernel, "secret = 1")
    code = "import os, pathlib\nfolder = pathlib.Path(os.environ['IPYTHONDIR'])\n"
    ran = run(kernel, code + "'started' in dir(), list(folder.rglob('history*'))")
    kernels.close()

    assert ran.shown == ["(False, [])"]
    assert sorted(home.rglob("*")) == before


def test_the_environment_is_the_given_one(tmp_path: Path) -> None:
    kernels = local_kernels(tmp_path, CancelToken(), environment={"PATH": os.environ["PATH"], "MINE": "1"})

    ran = run(kernels.get("python"), "import os; print(sorted(os.environ))")
    kernels.close()

    assert "MINE" in ran.stdout
    assert "HOME" not in ran.stdout


def test_code_runs_in_the_working_folder(tmp_path: Path) -> None:
    kernels = local_kernels(tmp_path, CancelToken())

    ran = run(kernels.get("python"), "import os; print(os.getcwd())")
    kernels.close()

    assert Path(ran.stdout.strip()) == (tmp_path / "work").resolve()


def test_folders_and_sockets_are_private_whatever_the_umask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sockets = tmp_path / "t"
    sockets.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(sockets))
    before = os.umask(0)
    try:
        kernels = local_kernels(tmp_path, CancelToken())
        kernels.get("python")
    finally:
        os.umask(before)

    (private,) = sockets.iterdir()
    log = tmp_path / "state" / "kernels" / "python.log"
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (private, private / "connection.json", log.parent, log)]
    kernels.close()

    assert modes[0] & 0o777 == 0o700
    assert modes[1:] == [0o600, 0o700, 0o600]
    assert list(sockets.iterdir()) == []


def test_a_long_temporary_folder_falls_back_to_encrypted_ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sockets = tmp_path / ("t" * 100)
    sockets.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(sockets))
    kernels = local_kernels(tmp_path, CancelToken())

    ran = run(kernels.get("python"), "1 + 1")
    kernels.close()

    assert ran.shown == ["2"]
    assert "without encryption" not in (tmp_path / "state" / "kernels" / "python.log").read_text()


def test_the_kernels_own_words_stay_off_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    kernels = local_kernels(tmp_path, CancelToken())
    run(kernels.get("python"), "import os; print('to the agent'); os.system('echo child >&2')")
    kernels.close()

    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_two_hundred_executions_leak_nothing(kernel: JupyterKernel) -> None:
    run(kernel, "1")
    before = (open_files(), threading.active_count())
    inside = "import os, threading; print(len(os.listdir('/proc/self/fd')), threading.active_count())"
    kernel_before = run(kernel, inside).stdout

    for number in range(200):
        run(kernel, f"print({number})" if number % 3 else "1 / 0")

    assert (open_files(), threading.active_count()) == before
    assert run(kernel, inside).stdout == kernel_before


def test_ten_restarts_leak_nothing(kernel: JupyterKernel) -> None:
    run(kernel, "1")
    before = (open_files(), threading.active_count())

    for _ in range(10):
        kernel.restart()
    run(kernel, "1")

    assert eventually(lambda: open_files() <= before[0] and threading.active_count() <= before[1])


def test_two_hundred_interrupts_leak_nothing(kernel: JupyterKernel) -> None:
    endless = "print(1, flush=True)\nwhile True: pass"
    run(kernel, endless, seen=lambda event: kernel.interrupt())
    before = (open_files(), threading.active_count())
    inside = "import os, threading; print(len(os.listdir('/proc/self/fd')), threading.active_count())"
    kernel_before = run(kernel, inside).stdout

    for _ in range(200):
        ran = run(kernel, endless, seen=lambda event: kernel.interrupt())
        assert (ran.ended.status, ran.ended.note) == ("interrupted", "")

    assert (open_files(), threading.active_count()) == before
    assert run(kernel, inside).stdout == kernel_before


def test_a_kernel_works_within_a_running_event_loop(tmp_path: Path) -> None:
    async def use() -> list[str]:
        kernels = local_kernels(tmp_path, CancelToken())
        kernel = kernels.get("python")
        shown = [*run(kernel, "1 + 1").shown, *run(kernel, "import asyncio; await asyncio.sleep(0, 42)").shown]
        kernel.restart()
        kernels.close()
        return shown

    assert asyncio.run(use()) == ["2", "42"]


AGENT = """
import sys
from pathlib import Path
from interpreter.core.cancel import CancelToken
from tests.kernels.driving import local_kernels

kernel = local_kernels(Path(sys.argv[1]), CancelToken()).get("python")
for event in kernel.run(sys.argv[2]):
    print(event.output.text.strip(), flush=True)
"""
PID = "import os; print(os.getpid(), flush=True)\n"


@pytest.mark.parametrize("code", [f"{PID}import time; time.sleep(600)", f"{PID}sum(range(10**13))"])
def test_a_kernel_dies_with_its_agent(tmp_path: Path, code: str) -> None:
    # What a killed agent leaves is to go with the test's own folder.
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    argv = [sys.executable, "-c", AGENT, str(tmp_path), code]
    agent = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=environment)
    pid = int(next_line(agent))
    assert is_running(pid)

    agent.kill()
    agent.communicate(timeout=60)

    assert eventually(lambda: not is_running(pid))


def test_a_program_that_forgets_to_close_leaves_no_kernel(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", AGENT, str(tmp_path), PID]

    pid = int(subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60).stdout)

    assert not is_running(pid)


FORKED = """
import os, sys
from pathlib import Path
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import KernelFailed
from tests.kernels.driving import local_kernels, run

kernels = local_kernels(Path(sys.argv[1]), CancelToken())
run(kernels.get("python"), "kept = 41")
if os.fork() == 0:
    try:
        kernels.get("python")
    except KernelFailed as failed:
        print(failed, flush=True)
    sys.exit()
os.wait()
print(run(kernels.get("python"), "print(kept + 1)").stdout, flush=True)
"""


def test_a_forked_process_neither_uses_nor_ends_the_kernels_of_its_parent(tmp_path: Path) -> None:
    argv = [sys.executable, "-W", "ignore", "-c", FORKED, str(tmp_path)]

    told = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60).stdout

    assert told.split("\n")[:2] == ["The kernels belong to the process that started them.", "42"]


def test_a_file_left_open_by_the_code_is_written_when_the_kernel_ends(tmp_path: Path) -> None:
    kernels = local_kernels(tmp_path, CancelToken())
    run(kernels.get("python"), "file = open('left.txt', 'w'); file.write('text')")

    kernels.close()

    assert (tmp_path / "work" / "left.txt").read_text() == "text"


def test_importing_the_kernels_imports_nothing_heavy() -> None:
    code = (
        "import sys, interpreter.kernels.languages, interpreter.kernels.local_kernels\n"
        "print([name for name in ('zmq', 'jupyter_client', 'asyncio', 'tornado') if name in sys.modules])"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
