"""How Python code is stopped, and how a Python kernel dies."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import KernelBusy
from interpreter.core.ports import KernelEvent
from interpreter.kernels.jupyter_kernel import JupyterKernel
from tests.kernels.driving import eventually, meanwhile, run

STOPPABLE = {
    "shell": "!sleep 600",
    "lock": "import threading; lock = threading.Lock(); lock.acquire(); lock.acquire()",
    "join": "import threading as th, time; t = th.Thread(target=time.sleep, args=(600,)); t.start(); t.join()",
    "await": "import asyncio; await asyncio.sleep(600)",
    "flood": "while True: print('x' * 10_000)",
}


@pytest.mark.parametrize("what", STOPPABLE)
def test_waiting_code_stops_and_variables_are_kept(kernel: JupyterKernel, token: CancelToken, what: str) -> None:
    run(kernel, "kept = 41")

    with meanwhile(0.5, token.cancel):
        ran = run(kernel, STOPPABLE[what])

    token.clear()
    assert (ran.ended.status, ran.ended.note) == ("interrupted", "")
    assert run(kernel, "kept + 1").shown == ["42"]


def test_a_call_that_lets_no_other_code_run_is_killed(kernel: JupyterKernel, token: CancelToken) -> None:
    with meanwhile(0.5, token.cancel):
        ran = run(kernel, "sum(range(10**12))")

    token.clear()
    assert ran.ended.status == "interrupted"
    assert ran.ended.seconds < 30
    assert "lost" in ran.ended.note
    assert run(kernel, "1 + 1").shown == ["2"]


def test_an_interrupt_at_any_moment_leaves_the_kernel_usable(kernel: JupyterKernel, token: CancelToken) -> None:
    run(kernel, "kept = 41")

    for moment in range(20):
        with meanwhile(moment / 1000, token.cancel):
            ran = run(kernel, "for i in range(10**5): print(i)")
        token.clear()
        assert ran.ended.status in ("interrupted", "ok")
        assert "lost" not in ran.ended.note

    assert run(kernel, "kept + 1").shown == ["42"]


def test_a_segfault_is_named_and_shows_where(kernel: JupyterKernel) -> None:
    ran = run(kernel, "import ctypes\ndef crash():\n    ctypes.string_at(0)\ncrash()")

    assert ran.ended.status == "died"
    assert "SIGSEGV" in ran.ended.note
    assert "in crash" in ran.stderr
    assert run(kernel, "1 + 1").shown == ["2"]


def test_a_kernel_that_died_between_two_blocks_is_started_again(kernel: JupyterKernel) -> None:
    run(kernel, "import os, threading; threading.Timer(0.3, os._exit, [1]).start()")

    with meanwhile(1, lambda: None):
        pass

    assert run(kernel, "1 + 1").shown == ["2"]


@pytest.mark.parametrize("code", ["exit()", "quit()", "exit", "import sys; sys.exit()", "import sys; sys.exit(0)"])
def test_exit_ends_the_block_and_keeps_the_kernel(kernel: JupyterKernel, code: str) -> None:
    run(kernel, "kept = 41")

    ran = run(kernel, f"print('before')\n{code}" if code != "exit" else code)

    assert (ran.ended.status, ran.ended.note, ran.stderr) == ("ok", "", "")
    assert run(kernel, "kept + 1").shown == ["42"]


def test_exit_with_a_failure_is_a_failure(kernel: JupyterKernel) -> None:
    ran = run(kernel, "import sys; sys.exit('no such file')")

    assert ran.ended.status == "failed"
    assert ran.failure.traceback == "SystemExit: no such file"


def test_a_kernel_told_to_exit_by_ipykernel_itself_is_replaced(kernel: JupyterKernel) -> None:
    ran = run(kernel, "get_ipython().ask_exit()")

    assert "lost" in ran.ended.note
    assert run(kernel, "1 + 1").shown == ["2"]


def test_keyboard_interrupt_in_the_program_itself_settles_the_run(kernel: JupyterKernel) -> None:
    run(kernel, "kept = 41")
    running = kernel.run("print('here')\nwhile True: pass")
    next(running)

    with pytest.raises(KeyboardInterrupt):
        running.throw(KeyboardInterrupt())

    assert run(kernel, "kept + 1").shown == ["42"]


def test_a_kernel_that_died_between_two_blocks_is_told_with_the_second(kernel: JupyterKernel) -> None:
    pid = int(run(kernel, "import os; x = 1; print(os.getpid())").stdout)
    os.kill(pid, signal.SIGKILL)
    # Its first thread may be gone before the others are.
    assert eventually(lambda: not kernel.is_running)

    ran = run(kernel, "print('x' in globals())")

    assert (ran.ended.status, ran.stdout) == ("ok", "False\n")
    assert "SIGKILL" in ran.ended.note and "lost" in ran.ended.note
    assert run(kernel, "print(1)").ended.note == ""


def test_a_kernel_that_runs_a_block_takes_no_other_and_says_so(kernel: JupyterKernel) -> None:
    def ask_for_more(event: KernelEvent) -> None:
        for ask in (kernel.variables, kernel.restart, lambda: run(kernel, "2")):
            with ThreadPoolExecutor(1) as pool, pytest.raises(KernelBusy):
                pool.submit(ask).result(60)
            said.append(event)

    said: list[KernelEvent] = []
    ran = run(kernel, "kept = 41\nprint('go')", seen=ask_for_more)

    assert (ran.stdout, ran.ended.status, len(said)) == ("go\n", "ok", 3)
    assert run(kernel, "kept + 1").shown == ["42"]
